//! What is wrong with a field, in words.

use super::Texts;
use domain::{lang::Lang, problem::Problem};

impl Texts {
    /// What is wrong, and what to do about it.
    #[expect(clippy::too_many_lines, reason = "one line for each problem")]
    pub fn problem(self, problem: &Problem) -> String {
        let say = |fr: &str, en: &str| match self.0 {
            Lang::Fr => fr.to_owned(),
            Lang::En => en.to_owned(),
        };
        match problem {
            Problem::Required => say("Ce champ est obligatoire.", "This field is required."),
            Problem::TooLong { max, actual } => say(
                &format!("{actual} caractères : il en faut {max} au plus."),
                &format!("{actual} characters: at most {max} are allowed."),
            ),
            Problem::TooShort { min } => say(
                &format!("Il faut au moins {min} caractères."),
                &format!("At least {min} characters are needed."),
            ),
            Problem::ControlCharacter => say(
                "Ce texte contient un caractère invisible qui n’est pas permis : retapez-le.",
                "This text holds an invisible character that is not allowed: type it again.",
            ),
            Problem::NotADate => say(
                "Cette date n’est pas comprise. Écrivez par exemple « 2024 », « mai 2024 » ou « 10/01/2024 ».",
                "This date is not understood. Write for example “2024”, “May 2024” or “10/01/2024” (day first).",
            ),
            Problem::NotAnEmail => {
                say("Cette adresse électronique n’est pas complète.", "This e-mail address is not complete.")
            }
            Problem::NotAUrl => say(
                "Ce n’est pas une adresse de site : elle commence par https:// ou http://.",
                "This is not a web address: it begins with https:// or http://.",
            ),
            Problem::NotALanguage => say(
                "Cette langue n’est pas reconnue : donnez son code, par exemple « ja » ou « pt-BR ».",
                "This language is not recognised: give its code, for example “ja” or “pt-BR”.",
            ),
            Problem::NotACountry => {
                say("Choisissez un pays dans la liste.", "Choose a country from the list.")
            }
            Problem::NotANumber { min, max } => say(
                &format!("Donnez un nombre entier de {min} à {max}."),
                &format!("Give a whole number from {min} to {max}."),
            ),
            Problem::NotAPercentage => say(
                "Donnez un pourcentage de 0 à 100, avec deux décimales au plus.",
                "Give a percentage from 0 to 100, with at most two decimals.",
            ),
            Problem::NotADecimal => say(
                "Donnez un nombre, avec deux décimales au plus.",
                "Give a number, with at most two decimals.",
            ),
            Problem::DueEachTime => say(
                "Ce qui se répète est dû à la fin de chaque période : laissez ce champ vide.",
                "What is repeated is due at the end of each period: leave this field empty.",
            ),
            Problem::NotWithThis => say(
                "Laissez ce champ vide : il ne va pas avec ce qui est choisi au-dessus.",
                "Leave this field empty: it does not go with what is chosen above.",
            ),
            Problem::NotAnAcademicYear => say(
                "Écrivez une année universitaire comme 2026/2027.",
                "Write an academic year such as 2026/2027.",
            ),
            Problem::NotAMonthDay => say(
                "Écrivez un jour et un mois, par exemple 10 avril.",
                "Write a day and month, for example April 10.",
            ),
            Problem::NotATerm => say("Choisissez un semestre ou l’année.", "Choose a semester or the year."),
            Problem::NotACefrLevel => {
                say("Choisissez un niveau de A1 à C2.", "Choose a level from A1 to C2.")
            }
            Problem::NotAnEqfLevel => say("Choisissez un niveau de 1 à 8.", "Choose a level from 1 to 8."),
            Problem::NotEcts => say(
                "Donnez un nombre de crédits, au demi-crédit près.",
                "Give a number of credits, in halves.",
            ),
            Problem::NotAnIscedField => say(
                "Un de ces codes n’est pas dans la liste ISCED-F 2013 (2 à 4 chiffres, par exemple 0613).",
                "One of these codes is not in the ISCED-F 2013 list (2 to 4 digits, for example 0613).",
            ),
            Problem::NotAnErasmusCode => say(
                "Ce code Erasmus ne suit pas le modèle (par exemple « F  PARIS081 »). Corrigez-le, ou cochez « garder tel quel ».",
                "This Erasmus code does not follow the pattern (for example “F  PARIS081”). Correct it, or tick “keep as given”.",
            ),
            Problem::NotAPic => say("Un PIC a neuf chiffres.", "A PIC has nine digits."),
            Problem::NotAnOid => {
                say("Un OID est la lettre E et huit chiffres.", "An OID is the letter E and eight digits.")
            }
            Problem::NotARor => say(
                "Un identifiant ROR a neuf signes, par exemple 013cjyk83.",
                "A ROR identifier has nine characters, for example 013cjyk83.",
            ),
            Problem::NotAHeiId => say(
                "Un identifiant SCHAC est un nom de domaine, par exemple minesparis.psl.eu.",
                "A SCHAC identifier is a domain name, for example minesparis.psl.eu.",
            ),
            Problem::NotCoordinates => say(
                "Donnez latitude et longitude en degrés, par exemple 48.845, 2.339.",
                "Give latitude and longitude in degrees, for example 48.845, 2.339.",
            ),
            Problem::NotAChoice => {
                say("Choisissez une des réponses proposées.", "Choose one of the answers offered.")
            }
            Problem::EndBeforeStart => say(
                "La fin est avant le début : corrigez l’une des deux dates.",
                "The end is before the start: correct one of the two dates.",
            ),
            Problem::EndOfOpenEnded => say(
                "Une fin est donnée, et « Sans terme prévu » est coché : gardez l’un des deux.",
                "An end is given, and “Has no end” is ticked: keep one of the two.",
            ),
            Problem::NothingToRenew => say(
                "Un accord qui se reconduit a besoin de la fin de sa première période : donnez-la.",
                "An agreement that renews itself needs the end of its first period: give it.",
            ),
            Problem::TooFewParties => say(
                "Un accord lie au moins deux parties : ajoutez-en une.",
                "An agreement binds at least two parties: add one.",
            ),
            Problem::TooMany { max } => {
                say(&format!("Il en faut {max} au plus."), &format!("At most {max} are allowed."))
            }
            Problem::PartyTwice => say(
                "Cet établissement est déjà partie à l’accord : retirez une des deux lignes.",
                "This institution is a party already: remove one of the two rows.",
            ),
            Problem::NotTheName => say("Ce n’est pas le nom demandé.", "This is not the name asked for."),
            Problem::Duplicate => say("Ceci figure déjà plus haut.", "This stands above already."),
            Problem::UnknownInstitution => say(
                "Cet établissement n’est pas dans le registre : cherchez-le, ou créez-le.",
                "This institution is not in the registry: search for it, or create it.",
            ),
            Problem::OwnPartyMissing => say(
                "Votre établissement doit être l’une des parties.",
                "Your institution must be one of the parties.",
            ),
            Problem::SameParty => say(
                "Qui envoie et qui accueille sont deux parties différentes.",
                "Who sends and who hosts are two different parties.",
            ),
            Problem::CannotHost => say(
                "Seul un établissement d’enseignement accueille des étudiants qui étudient.",
                "Only a teaching institution hosts students who study.",
            ),
            Problem::PoolUnit => say(
                "Un autre flux compte les places de ce contingent dans une autre unité : choisissez la même pour tous.",
                "Another flow counts the places of this pool in another unit: choose the same for all.",
            ),
            Problem::BelowUse { used, least } => {
                let changed = if used == least {
                    ""
                } else {
                    self.of(", et leur nombre a été changé depuis", ", and their number was changed since")
                };
                let used = self.taken_already(i64::from(*used) * 100);
                say(
                    &format!("{used}{changed} : donnez-en au moins {least}, ou libérez d’abord des places."),
                    &format!("{used}{changed}: give at least {least}, or free places first."),
                )
            }
            Problem::BelowSpent { spent } => {
                let used = self.taken_already(*spent);
                say(
                    &format!("{used} : donnez-en au moins autant, ou libérez d’abord des places."),
                    &format!("{used}: give at least as many, or free places first."),
                )
            }
            Problem::OwnParent => say(
                "Un établissement ne peut dépendre de lui-même ni d’une de ses composantes.",
                "An institution cannot be a unit of itself or of one of its units.",
            ),
            Problem::TakenIdentifier => say(
                "Un autre établissement porte déjà cet identifiant : c’est peut-être le même.",
                "Another institution has this identifier already: it may be the same one.",
            ),
            Problem::TakenEmail => say(
                "Un compte existe déjà avec cette adresse.",
                "There is an account with this address already.",
            ),
            Problem::WeakPassword => say(
                "Ce mot de passe se devine trop facilement. Quelques mots sans lien entre eux conviennent bien.",
                "This password is too easy to guess. A few unrelated words do well.",
            ),
            Problem::PasswordsDiffer => say("Les deux mots de passe diffèrent.", "The two passwords differ."),
            Problem::WrongPassword => {
                say("Ce n’est pas votre mot de passe actuel.", "This is not your present password.")
            }
            Problem::EvidenceNeeded => say(
                "Dites ce qui l’atteste (courriel, procès-verbal, date), ou choisissez un document.",
                "Say what attests to it (e-mail, minutes, date), or choose a document.",
            ),
            Problem::NotADay => say(
                "Donnez le jour exact, par exemple 10/01/2024.",
                "Give the exact day, for example 10/01/2024 (day first).",
            ),
            Problem::BeginsAfter { since } => {
                let since = domain::partial_date::show_day(*since, self.0);
                say(
                    &format!(
                        "L’accord ne lie les parties que depuis le {since} : donnez ce jour ou un jour d’après."
                    ),
                    &format!(
                        "The agreement binds its parties only since {since}: give that day or a later one."
                    ),
                )
            }
            Problem::EndsBefore { ends_on } => {
                let ends_on = domain::partial_date::show_day(*ends_on, self.0);
                say(
                    &format!("L’accord prend fin de lui-même le {ends_on} : donnez un jour d’ici là."),
                    &format!("The agreement ends by itself on {ends_on}: give a day until then."),
                )
            }
            Problem::ShortNotice { months, earliest } => {
                let earliest = domain::partial_date::show_day(*earliest, self.0);
                say(
                    &format!(
                        "Le préavis est de {months} mois (le {earliest} au plus tôt) : dites pourquoi il est plus court."
                    ),
                    &format!(
                        "The notice is {months} months ({earliest} at the earliest): say why it is shorter."
                    ),
                )
            }
            Problem::FileTooLarge { max } => say(
                &format!("Ce fichier dépasse {max} Mo : allégez-le, ou donnez un lien."),
                &format!("This file is larger than {max} MB: make it lighter, or give a link."),
            ),
            Problem::FileEmpty => say("Ce fichier est vide.", "This file is empty."),
            Problem::FileNotTaken => say(
                "Ce fichier n’est ni un PDF, ni un DOCX sans macros, ni un ODT, ni une image PNG ou JPEG : son contenu compte, pas son nom.",
                "This file is no PDF, no DOCX without macros, no ODT, no PNG or JPEG picture: its content counts, not its name.",
            ),
            Problem::FileUnpacksTooLarge => say(
                "Ce fichier compressé annonce un contenu démesuré : il n’est pas accepté.",
                "This packed file announces far too much content: it is not taken.",
            ),
            Problem::FileAndLink => {
                say("Donnez un fichier ou un lien, pas les deux.", "Give a file or a link, not both.")
            }
            Problem::UnknownRevision => {
                say("Cet accord n’a pas cette version.", "This agreement has no such revision.")
            }
            Problem::InTheFuture => say("Cette date est à venir.", "This date lies in the future."),
        }
    }

    /// That so much is taken, of what is counted in hundredths.
    fn taken_already(self, hundredths: i64) -> String {
        let is_one = match self.0 {
            Lang::Fr => hundredths < 200,
            Lang::En => hundredths == 100,
        };
        let taken = if is_one {
            self.of("est déjà pris", "is taken already")
        } else {
            self.of("sont déjà pris", "are taken already")
        };
        format!("{} {taken}", self.hundredths(hundredths))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_units_than_are_taken_are_refused_in_the_right_number() {
        for (lang, used, least, words) in [
            (Lang::Fr, 1, 1, "1 est déjà pris : donnez-en au moins 1, ou libérez d’abord des places."),
            (Lang::Fr, 2, 2, "2 sont déjà pris : donnez-en au moins 2, ou libérez d’abord des places."),
            (Lang::En, 1, 1, "1 is taken already: give at least 1, or free places first."),
            (Lang::En, 2, 2, "2 are taken already: give at least 2, or free places first."),
            (
                Lang::Fr,
                0,
                3,
                "0 est déjà pris, et leur nombre a été changé depuis : donnez-en au moins 3, ou libérez d’abord des places.",
            ),
        ] {
            assert_eq!(Texts(lang).problem(&Problem::BelowUse { used, least }), words);
        }
        for (lang, spent, words) in [
            (Lang::Fr, 150, "1,5 est déjà pris : donnez-en au moins autant, ou libérez d’abord des places."),
            (Lang::En, 150, "1.5 are taken already: give at least as many, or free places first."),
            (Lang::En, 100, "1 is taken already: give at least as many, or free places first."),
        ] {
            assert_eq!(Texts(lang).problem(&Problem::BelowSpent { spent }), words);
        }
    }
}
