//! The balance of two institutions, and of those who share a pool.

use super::{Texts, of, the};
use domain::balance::Weighed;

texts! {
    balance: "Équilibre", "Balance";
    balance_with(one: &str, other: &str): ("Équilibre {} avec {}", of(one), the(other)), ("Balance of {one} with {other}");
    balance_lead: "Ceux qui sont partis moins ceux qui sont venus, pondérés comme les flux le disent. Au-dessus de zéro, l’établissement a plus envoyé que reçu.",
        "Those who went less those who came, weighed as the flows say. Above zero the institution has sent more than it received.";
    balance_years: "Année par année", "Year by year";
    balance_year: "Année", "Year";
    balance_out: "Partis", "Went";
    balance_out_units: "Partis, pondérés", "Went, weighed";
    balance_in: "Venus", "Came";
    balance_in_units: "Venus, pondérés", "Came, weighed";
    balance_own: "Solde de l’année", "Of the year";
    balance_own_units: "Solde de l’année, pondéré", "Of the year, weighed";
    balance_running: "Solde cumulé", "Running";
    balance_running_units: "Solde cumulé, pondéré", "Running, weighed";
    balance_expected: "Cumulé prévu, pondéré", "Running, expected, weighed";
    balance_expected_help: "Le cumulé prévu compte aussi ceux qui ont une place sans l’avoir encore confirmée. Le solde de départ ne compte que dans ce qui est pondéré : il est en unités.",
        "The expected running balance also counts those who hold a place and have not confirmed it yet. The opening balance counts only in what is weighed: it is one of units.";
    balance_none: "Personne n’est encore parti ni venu.", "Nobody has gone or come yet.";
    balance_opening: "Solde de départ", "Opening balance";
    balance_opening_of(number: &str): ("Solde de départ : {number}"), ("Opening balance: {number}");
    balance_opening_none: "Aucun : l’équilibre part de zéro.", "None: the balance begins at zero.";
    balance_opening_by(name: &str, day: &str): ("Noté par {name} le {day}."), ("Set by {name} on {day}.");
    balance_opening_help: "En unités pondérées, avec un moins si plus de personnes sont venues que parties : 3 ; -1,5.",
        "In weighed units, with a minus where more came than went: 3; -1.5.";
    balance_opening_reason: "D’où vient ce chiffre", "Where this figure comes from";
    balance_opening_set: "Noter le solde de départ", "Set the opening balance";
    done_opening_set: "Le solde de départ est noté.", "The opening balance is set.";
    balance_next(year: &str): ("Pour {year}"), ("For {year}");
    balance_may_send(count: &str): ("Peut encore envoyer : {count}"), ("May still send: {count}");
    balance_may_receive(count: &str): ("Peut encore recevoir : {count}"), ("May still receive: {count}");
    balance_no_flow: "aucun flux ouvert", "no flow is open";
    balance_some_not_agreed: "Des flux n’ont pas de nombre convenu : ils ne comptent pas ici.", "Some flows have no agreed number: they are not counted here.";
    balance_opening_whose: "De quel établissement", "Of which institution";
    balance_chart_units: "En unités pondérées", "In weighed units";
    balance_chart_persons: "En personnes", "In people";
    balance_chart(who: &str): ("Partis, venus et solde cumulé {}, année par année, en unités pondérées ; les chiffres sont dans le tableau qui suit.", of(who)),
        ("Who went, who came and the running balance of {who}, year by year, in weighed units; the figures are in the table below.");
    balance_chart_of_persons(who: &str): ("Partis, venus et solde cumulé {}, année par année, en personnes ; les chiffres sont dans le tableau qui suit.", of(who)),
        ("Who went, who came and the running balance of {who}, year by year, in people; the figures are in the table below.");
    pool_balance(name: &str): ("Équilibre du contingent « {name} »"), ("Balance of the pool “{name}”");
    pool_balance_lead: "Ce que chacun a envoyé moins ce qu’il a reçu sur les flux de ce contingent, pondéré comme les flux le disent. Au-dessus de zéro, l’établissement a plus envoyé que reçu.",
        "What each has sent less what it has received on the flows of this pool, weighed as the flows say. Above zero the institution has sent more than it received.";
    pool_balance_each: "Établissement par établissement", "Institution by institution";
    pool_balance_together: "Ensemble", "Together";
    pool_balance_together_help: "Où tous les rapports valent 1, ce que tous envoient est ce que tous reçoivent : la somme des soldes est celle des soldes de départ.",
        "Where every ratio is 1, what all send is what all receive: the balances add up to what the opening balances do.";
    pool_balance_left(count: &str): ("Tous ensemble : {count}"), ("All together: {count}");
    pool_balance_see: "Voir l’équilibre du contingent", "See the balance of the pool";
}

impl Texts {
    /// An amount of weighted units with its sign, to two decimals at most.
    pub fn amount(self, weighed: Weighed) -> String {
        let hundredths = weighed.to_hundredths();
        let sign = match hundredths {
            0 => "",
            n if n < 0 => "−",
            _ => "+",
        };
        let (whole, part) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
        let number = match part {
            0 => whole.to_string(),
            part if part % 10 == 0 => format!("{whole}.{}", part / 10),
            part => format!("{whole}.{part:02}"),
        };
        format!("{sign}{}", self.decimal(number.as_str()))
    }

    /// An amount without the sign of one above zero.
    pub fn plain_amount(self, weighed: Weighed) -> String {
        self.amount(weighed).trim_start_matches('+').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::lang::Lang;

    #[test]
    fn names_have_their_article_in_french() {
        let t = Texts(Lang::Fr);
        assert_eq!(
            t.balance_with("Université de Kagawa", "École Exemple"),
            "Équilibre de l’Université de Kagawa avec l’École Exemple"
        );
        assert_eq!(t.balance_with("ECE", "Keiō"), "Équilibre d’ECE avec Keiō");
        assert!(
            t.balance_chart("Collège de France")
                .starts_with("Partis, venus et solde cumulé du Collège de France,")
        );
    }

    #[test]
    fn amounts_have_a_sign_and_no_needless_decimals() {
        for (hundredths, amount, plain) in
            [(0, "0", "0"), (300, "+3", "3"), (-250, "−2,5", "−2,5"), (1_205, "+12,05", "12,05")]
        {
            let weighed = Weighed::hundredths(hundredths);
            assert_eq!(Texts(Lang::Fr).amount(weighed), amount);
            assert_eq!(Texts(Lang::Fr).plain_amount(weighed), plain);
        }
        assert_eq!(Texts(Lang::En).amount(Weighed::hundredths(-250)), "−2.5");
    }
}
