//! What people are told by mail: the same words as plain text and as HTML.

use crate::{
    desk::href,
    pages::in_words,
    texts::{Named, Texts},
};
use domain::{
    academic_year::AcademicYear,
    agreement::DeadlineKind,
    id::{FlowId, InstitutionId, NominationId},
    inbox::Ending,
    institution::Name,
    lang::Lang,
    multilingual::Multilingual,
    nomination::{Side, State},
    partial_date::show_day,
    term::Term,
};
use store::{ending::Ended, nomination::Person, watch::Due};

/// What someone is told of.
pub(in crate::desk) enum Told<'a> {
    /// A step before a deadline of an agreement with these titles, in French and in English.
    Step {
        /// The step.
        due: &'a Due,
        /// The titles; either may be empty.
        titles: &'a [String; 2],
    },
    /// That another party ended an agreement.
    Ending {
        /// Which one, and how.
        ended: &'a Ended,
        /// The name of the party that gave notice.
        by: Option<&'a Multilingual<Name>>,
        /// The name of the office that recorded it.
        recorder: &'a Multilingual<Name>,
    },
    /// A year without an agreement.
    Gap {
        /// The year.
        year: AcademicYear,
        /// With whom.
        partner: InstitutionId,
        /// The partner's name.
        name: &'a Multilingual<Name>,
    },
}

/// A letter.
pub(in crate::desk) struct Letter {
    /// Its subject.
    pub subject: String,
    paragraphs: Vec<String>,
    /// What to call each address, and the address.
    links: Vec<(&'static str, String)>,
    /// Why one gets it.
    reason: String,
    /// Where one says that one wants none, where that is for the reader to say.
    account: Option<(&'static str, String)>,
}

/// A step of a nomination that someone is told of: what it is now.
pub(in crate::desk) struct NominationTold<'a> {
    /// The nomination.
    pub id: NominationId,
    /// The student's name.
    pub student: &'a str,
    /// What it is.
    pub state: &'a State,
    /// For which year and term.
    pub when: (AcademicYear, Term),
    /// The name of the home institution.
    pub home: &'a Multilingual<Name>,
    /// The name of the host institution.
    pub host: &'a Multilingual<Name>,
    /// The position in line.
    pub position: Option<i64>,
    /// Whose answer is awaited.
    pub awaited: Option<Side>,
}

/// Who is told of it.
pub(in crate::desk) enum ToldTo<'a> {
    /// The office of the home or of the host institution.
    Office(Side),
    /// The student, who has an account.
    Student,
    /// The student, who has none, and whom to write to.
    Person(Option<&'a Person>),
}

impl Letter {
    /// Tells an office of something, with addresses of the registry at this one.
    pub(in crate::desk) fn new(t: Texts, url: &str, told: &Told<'_>, office: &Multilingual<Name>) -> Self {
        let lang = t.lang();
        let address = |path: &str| format!("{url}{}", href(lang, path));
        let office = in_words(office, lang).0;
        let (subject, paragraphs, link) = match told {
            Told::Step { due, titles } => {
                let title = title(titles, lang);
                let deadline = due.step.deadline;
                let day = show_day(deadline.on, lang);
                let months = t.counted(due.step.months.into(), t.month_word(), t.months_word());
                let (subject, what) = match deadline.kind {
                    DeadlineKind::End => (t.mail_end_subject(&day, title), t.mail_end(title, &day)),
                    DeadlineKind::Notice => (
                        t.mail_notice_subject(&day, title),
                        t.mail_notice(title, &show_day(deadline.ends_on, lang), &day),
                    ),
                };
                let read = (t.mail_read_agreement(), address(&format!("/agreements/{}", due.agreement)));
                (subject, vec![what, t.mail_step(&months)], read)
            }
            Told::Ending { ended, by, recorder } => {
                let (title, day) = (title(&ended.titles, lang), show_day(ended.on, lang));
                let what = match (ended.ending, by) {
                    (Ending::Terminated, Some(by)) => t.mail_terminated(&in_words(by, lang).0, title, &day),
                    (Ending::Terminated, None) => t.mail_terminated_together(title, &day),
                    (Ending::Replaced, _) => t.mail_replaced(title, &day),
                };
                let recorded = t.mail_ended_by(&in_words(recorder, lang).0);
                let read = (t.mail_read_agreement(), address(&format!("/agreements/{}", ended.agreement)));
                (t.mail_ended_subject(&day, title), vec![what, recorded], read)
            }
            Told::Gap { year, partner, name } => {
                let (name, year) = (in_words(name, lang).0, year.to_string());
                let read = (t.mail_read_partner(), address(&format!("/institutions/{partner}")));
                (t.mail_gap_subject(&name, &year), vec![t.mail_gap(&name, &year, &office)], read)
            }
        };
        Self {
            subject,
            paragraphs,
            links: vec![link, (t.mail_read_inbox(), address("/inbox"))],
            reason: t.mail_reason(&office),
            account: Some((t.mail_stop(), address("/account"))),
        }
    }

    /// Tells someone of a step of a nomination.
    pub(in crate::desk) fn of_nomination(
        t: Texts,
        url: &str,
        told: &NominationTold<'_>,
        to: &ToldTo<'_>,
    ) -> Self {
        let lang = t.lang();
        let address = |path: &str| format!("{url}{}", href(lang, path));
        let [home, host] = [told.home, told.host].map(|name| in_words(name, lang).0);
        let (student, (year, term)) = (told.student, told.when);
        let named = Named { student, home: &home, host: &host };
        let kind = told.state.kind();
        let when = format!("{year}, {}", t.term(term));
        let mut paragraphs = vec![
            t.mail_nomination_what(student, &home, &host, &when),
            t.nomination_sentence(told.state, told.position, &named),
        ];
        if let (Some(what), Some(side)) = (t.nomination_awaits(kind), told.awaited) {
            paragraphs.push(t.mail_nomination_await(what, &t.nomination_side_named(side, &named)));
        }
        let page = (t.mail_read_nomination(), address(&format!("/nominations/{}", told.id)));
        let all = (t.mail_read_nominations(), address("/nominations"));
        let office = |name: &str| (t.mail_reason(name), Some((t.mail_stop(), address("/account"))));
        let (links, (reason, account)) = match to {
            ToldTo::Office(Side::Host) => (vec![page, all], office(&host)),
            ToldTo::Office(_) => (vec![page, all], office(&home)),
            ToldTo::Student => (vec![page, all], (t.mail_reason_student(&home), None)),
            ToldTo::Person(maker) => {
                paragraphs.push(maker.map_or_else(
                    || t.mail_nomination_ask(&home),
                    |maker| t.mail_nomination_write(maker.name.as_str(), maker.email.as_str(), &home),
                ));
                (Vec::new(), (t.mail_reason_student(&home), None))
            }
        };
        let subject = t.mail_nomination_subject(t.nomination_state(kind), student, &year.to_string());
        Self { subject, paragraphs, links, reason, account }
    }

    /// Tells an office of several students whom a list put forward for a flow and year.
    pub(in crate::desk) fn of_nominations(
        t: Texts,
        url: &str,
        (first, all_told): (&NominationTold<'_>, &[NominationTold<'_>]),
        flow: FlowId,
        side: Side,
    ) -> Self {
        let lang = t.lang();
        let address = |path: &str| format!("{url}{}", href(lang, path));
        let [home, host] = [first.home, first.host].map(|name| in_words(name, lang).0);
        let named = Named { student: first.student, home: &home, host: &host };
        let (kind, year) = (first.state.kind(), first.when.0.to_string());
        let count = i64::try_from(all_told.len()).unwrap_or(i64::MAX);
        let people = t.counted(count, t.person_one(), t.person_many());
        let who = all_told.iter().map(|one| format!("{} ({})", one.student, t.term(one.when.1)));
        let mut paragraphs =
            vec![t.mail_nominations_what(&people, &home, &host, &year), who.collect::<Vec<_>>().join(", ")];
        if let (Some(what), Some(side)) = (t.nomination_awaits(kind), first.awaited) {
            paragraphs.push(t.mail_nomination_await(what, &t.nomination_side_named(side, &named)));
        }
        let subject = t.mail_nominations_subject(&people, &year);
        let reason = t.mail_reason(if side == Side::Host { &host } else { &home });
        let path = format!("/nominations?flow={flow}&year={}", first.when.0.first_year());
        let these = (t.mail_read_these(), address(&path));
        let all = (t.mail_read_nominations(), address("/nominations"));
        let account = Some((t.mail_stop(), address("/account")));
        Self { subject, paragraphs, links: vec![these, all], reason, account }
    }

    /// As plain text.
    pub(in crate::desk) fn text(&self) -> String {
        let mut parts = self.paragraphs.clone();
        parts.extend(self.links.iter().map(|(label, url)| format!("{label}\n{url}")));
        let account = self.account.iter().map(|(label, url)| format!("{label}\n{url}\n"));
        parts.push(format!("-- \n{}\n{}", self.reason, account.collect::<String>()));
        parts.join("\n\n")
    }

    /// As HTML, without anything to be fetched.
    pub(in crate::desk) fn html(&self, lang: Lang) -> String {
        let link = |(label, url): &(&'static str, String)| {
            format!("<a href=\"{}\">{}</a>", escaped(url), escaped(label))
        };
        let words = self.paragraphs.iter().map(|words| escaped(words));
        let parts: Vec<String> = words.chain(self.links.iter().map(link)).collect();
        let body = parts.join("</p><p>");
        format!(
            "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head><body><p>{body}</p><hr>\
             <p><small>{} {}</small></p></body></html>",
            lang.code(),
            escaped(&self.subject),
            escaped(&self.reason),
            self.account.iter().map(link).collect::<String>(),
        )
    }
}

fn title(titles: &[String; 2], lang: Lang) -> &str {
    let [fr, en] = titles;
    let (own, other) = match lang {
        Lang::Fr => (fr, en),
        Lang::En => (en, fr),
    };
    if own.is_empty() { other } else { own }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        account::PersonName,
        agreement::{Deadline, Step},
        email::Email,
        id::AgreementId,
        language::LanguageTag,
    };
    use uuid::Uuid;

    #[test]
    fn a_letter_says_the_same_in_both_forms_and_escapes_what_people_typed() {
        let on = "2027-02-28".parse().expect("a day");
        let ends_on = "2027-08-31".parse().expect("a day");
        let due = Due {
            agreement: AgreementId(Uuid::from_u128(5)),
            institution: InstitutionId(Uuid::from_u128(6)),
            step: Step { months: 6, deadline: Deadline { kind: DeadlineKind::Notice, on, ends_on } },
        };
        let titles = [String::new(), "A <b>title</b> & more".to_owned()];
        let name = Name::parse("École Exemple").expect("a name");
        let office = Multilingual::of(LanguageTag::parse("fr").expect("a tag"), name);
        let told = Told::Step { due: &due, titles: &titles };
        for (lang, months, day) in
            [(Lang::Fr, "6 mois", "28 février 2027"), (Lang::En, "6 months", "February 28, 2027")]
        {
            let letter = Letter::new(Texts(lang), "https://entente.example.org", &told, &office);
            let (text, html) = (letter.text(), letter.html(lang));
            for words in [months, day, "École Exemple"] {
                assert!(text.contains(words) && html.contains(words), "{words}: {text} {html}");
            }
            assert!(
                text.contains("A <b>title</b> & more")
                    && html.contains("A &lt;b&gt;title&lt;/b&gt; &amp; more")
            );
            let address = format!("https://entente.example.org/{}/agreements/", lang.code());
            assert!(text.contains(&address) && html.contains(&address));
            assert!(!letter.subject.contains('\n'));
        }
    }

    #[test]
    fn a_letter_about_a_gap_names_both_institutions_and_the_year() {
        let year = AcademicYear::parse("2026/2027").expect("a year");
        let named = |name: &str| {
            let tag = LanguageTag::parse("fr").expect("a tag");
            Multilingual::of(tag, Name::parse(name).expect("a name"))
        };
        let (office, name) = (named("École Exemple"), named("Keiō & Cie"));
        let partner = InstitutionId(Uuid::from_u128(7));
        let told = Told::Gap { year, partner, name: &name };
        for (lang, subject, words) in [
            (
                Lang::Fr,
                "Sans accord pour 2026/2027 : Keiō & Cie",
                "Aucun accord d’échange entre École Exemple et Keiō & Cie n’est en vigueur pour 2026/2027",
            ),
            (
                Lang::En,
                "No agreement for 2026/2027: Keiō & Cie",
                "No exchange agreement between École Exemple and Keiō & Cie is in force for 2026/2027",
            ),
        ] {
            let letter = Letter::new(Texts(lang), "https://entente.example.org", &told, &office);
            assert_eq!(letter.subject, subject);
            let (text, html) = (letter.text(), letter.html(lang));
            assert!(text.contains(words) && html.contains(&escaped(words)), "{text} {html}");
            let address = format!("https://entente.example.org/{}/institutions/{partner}", lang.code());
            assert!(text.contains(&address) && html.contains(&address), "{text} {html}");
        }
    }

    #[test]
    fn a_letter_about_a_nomination_says_what_is_awaited_and_whom_to_write_to() {
        let named = |name: &str| {
            let tag = LanguageTag::parse("fr").expect("a tag");
            Multilingual::of(tag, Name::parse(name).expect("a name"))
        };
        let (home, host) = (named("École <Exemple>"), named("Keiō"));
        let state = State::Offered { answer_by: "2026-11-10T12:00:00Z".parse().expect("an instant") };
        let told = NominationTold {
            id: NominationId(Uuid::from_u128(8)),
            student: "Camille <i>",
            state: &state,
            when: (AcademicYear::parse("2026/2027").expect("a year"), Term::S1),
            home: &home,
            host: &host,
            position: None,
            awaited: state.kind().awaited(),
        };
        let maker = Person {
            name: PersonName::parse("Sacha Exemple").expect("a name"),
            email: Email::parse("sacha@exemple.invalid").expect("an address"),
            lang: Lang::Fr,
        };
        let url = "https://entente.example.org";
        for (lang, subject, by) in [
            (Lang::Fr, "Place offerte : Camille <i>, 2026/2027", "jusqu’au 10/11/2026 12:00 UTC"),
            (Lang::En, "Place offered: Camille <i>, 2026/2027", "until 10 Nov 2026, 12:00 UTC"),
        ] {
            let letter = Letter::of_nomination(Texts(lang), url, &told, &ToldTo::Person(Some(&maker)));
            assert_eq!(letter.subject, subject);
            let (text, html) = (letter.text(), letter.html(lang));
            for words in [by, "Keiō", "Sacha Exemple", "sacha@exemple.invalid"] {
                assert!(text.contains(words) && html.contains(words), "{words}: {text} {html}");
            }
            assert!(
                html.contains("Camille &lt;i&gt;") && !html.contains("<i>") && !html.contains("<Exemple>")
            );
            assert!(!text.contains(url), "who has no account is led to no page: {text}");
            let page = format!("{url}/{}/nominations/{}", lang.code(), told.id);
            for (to, has_account_link) in [
                (ToldTo::Student, false),
                (ToldTo::Office(Side::Home), true),
                (ToldTo::Office(Side::Host), true),
            ] {
                let letter = Letter::of_nomination(Texts(lang), url, &told, &to);
                let (text, html) = (letter.text(), letter.html(lang));
                assert!(text.contains(&page) && html.contains(&page), "{text}");
                assert_eq!(text.contains("/account"), has_account_link, "{text}");
            }
        }
    }
}
