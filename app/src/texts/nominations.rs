//! Nominations: putting students forward, what a nomination is, what is awaited, and what is done to it.

use super::{Texts, of, the, to};
use domain::{
    decimal::Decimal,
    ects::Ects,
    eqf::EqfLevel,
    flow::MobilityKind,
    isced::IscedField,
    nomination::{ActKind, CorrectedField, Side, State, StateKind},
    nomination_list::StudentColumn,
    student::Skill,
};

texts! {
    nominations: "Nominations", "Nominations";
    nominations_counted(awaiting: i64): ("Nominations ({awaiting})"), ("Nominations ({awaiting})");
    nominations_lead: "Les étudiants et le personnel que vos services envoient ou reçoivent ; ce qui attend votre réponse vient d’abord.",
        "The students and staff that your offices send or receive; what awaits your answer comes first.";
    nominations_own_lead: "Vos nominations : où en est chacune, ce qui est attendu, et de qui.", "Your nominations: where each stands, what is awaited, and from whom.";
    nomination_one: "nomination", "nomination";
    nomination_many: "nominations", "nominations";
    nominations_none: "Aucune nomination", "No nomination";
    nominations_none_text: "Aucune ne répond à ces critères, ou personne n’est encore nommé. On nomme depuis les flux de mobilité d’un accord.",
        "None answers these filters, or nobody was put forward yet. One nominates from the mobility flows of an agreement.";
    nominations_none_own: "C’est votre établissement qui vous nomme : la nomination paraît ici dès que c’est fait.",
        "It is your institution that nominates you: the nomination appears here once that is done.";
    nomination_student: "Personne", "Person";
    nomination_flow: "Mobilité", "Mobility";
    nomination_when: "Année et période", "Year and term";
    nomination_state_word: "État", "State";
    nomination_since: "Depuis", "Since";
    nomination_awaits_you: "Votre réponse est attendue", "Your answer is awaited";
    nomination_side: "Sens", "Direction";
    nomination_side_out: "Départs", "Outgoing";
    nomination_side_in: "Arrivées", "Incoming";
    nomination_year: "Année universitaire", "Academic year";
    nomination_words: "Nom de la personne", "Name of the person";
    nomination_words_help: "Le début de chaque mot suffit.", "The beginning of each word is enough.";
    nomination_chip(label: &str, value: &str): ("{label} : {value}"), ("{label}: {value}");
    nomination_this_flow: "un seul flux", "one flow only";

    nomination_waitlisted: "En liste d’attente", "On the waitlist";
    nomination_offered: "Place offerte", "Place offered";
    nomination_nominated: "Nommé", "Nominated";
    nomination_accepted: "Accepté par l’accueil", "Accepted by the host";
    nomination_confirmed: "Confirmé", "Confirmed";
    nomination_completed: "Séjour terminé", "Stay completed";
    nomination_rejected: "Refusé par l’accueil", "Rejected by the host";
    nomination_withdrawn: "Retiré", "Withdrawn";
    nomination_declined: "Offre déclinée", "Offer declined";
    nomination_lapsed: "Offre expirée", "Offer lapsed";

    nomination_title(student: &str): ("Nomination : {student}"), ("Nomination: {student}");
    nomination_is_waitlisted(position: &str): ("Aucune place n’est libre pour ce séjour : la nomination est en liste d’attente, en position {position}."),
        ("No place is free for this stay: the nomination is on the waitlist, at position {position}.");
    nomination_is_offered(until: &str): ("Une place s’est libérée et est offerte : elle est gardée jusqu’au {until}."),
        ("A place came free and is offered: it is kept until {until}.");
    nomination_is_nominated(host: &str): ("La nomination est complète et transmise {} ; une place est tenue.", to(host)),
        ("The nomination is complete and sent to {host}; a place is held.");
    nomination_is_accepted(host: &str): ("{host} a accepté la nomination ; la place attend d’être confirmée."),
        ("{host} accepted the nomination; the place is to be confirmed.");
    nomination_is_confirmed: "La place est confirmée.", "The place is confirmed.";
    nomination_is_completed: "Le séjour est terminé.", "The stay is over.";
    nomination_is_rejected(host: &str, reason: &str): ("{host} a refusé la nomination : {reason}"), ("{host} rejected the nomination: {reason}");
    nomination_is_withdrawn(who: &str): ("La nomination a été retirée par {who}."), ("The nomination was withdrawn by {who}.");
    nomination_is_declined: "La place offerte a été déclinée.", "The place that was offered was declined.";
    nomination_is_lapsed: "La place offerte n’a pas été acceptée à temps.", "The place that was offered was not taken in time.";
    nomination_reason(reason: &str): ("Motif : {reason}"), ("Reason: {reason}");

    nomination_standing: "Où en est la nomination", "Where the nomination stands";
    nomination_awaited: "Ce qui est attendu", "What is awaited";
    nomination_awaited_from: "De qui", "From whom";
    nomination_awaited_by: "Avant le", "By";
    nomination_no_deadline: "aucun délai n’est fixé", "no time is set";
    nomination_nobody: "Personne n’a rien à faire.", "Nobody has anything to do.";
    nomination_awaits_offered: "Accepter ou décliner la place offerte", "Taking or declining the place that is offered";
    nomination_awaits_nominated: "La réponse de l’établissement d’accueil", "The answer of the host institution";
    nomination_awaits_accepted: "La confirmation de la personne nommée", "The nominee’s confirmation";
    nomination_awaits_choice: "Un choix : une autre place est confirmée pour la même période. Pour confirmer celle-ci, retirez d’abord l’autre nomination ; sinon, retirez celle-ci.",
        "A choice: another place is confirmed for the same term. To confirm this one, withdraw the other nomination first; else withdraw this one.";
    nomination_awaits_rejected: "Une correction, pour nommer de nouveau", "A correction, to nominate again";
    nomination_awaits_waitlisted: "Qu’une place se libère ; personne n’a rien à faire.", "A place that comes free; nobody has anything to do.";
    nomination_position: "Position", "Position";
    nomination_position_value(position: &str): ("{position} dans la liste d’attente"), ("{position} on the waitlist");
    nomination_rule: "Règle", "Rule";
    nomination_line_rule: "Une place qui se libère est offerte dans l’ordre d’arrivée ; qui a besoin de plus de places qu’il n’y en a de libres garde sa position.",
        "A place that comes free is offered in the order in which they came; who needs more places than are free keeps the position.";
    nomination_months: "Durée", "Length";
    nomination_host: "Établissement d’accueil", "Host institution";
    nomination_home: "Établissement d’origine", "Home institution";
    nomination_agreement: "Accord", "Agreement";
    nomination_read_agreement: "Lire l’accord", "Read the agreement";
    nomination_read_ledger: "Voir qui tient les places de l’année", "See who holds the places of the year";
    nomination_email: "Adresse électronique", "E-mail address";
    nomination_number: "Numéro d’étudiant", "Student number";
    nomination_exception: "Exception demandée", "Exception asked for";
    nomination_not_met: "Conditions alors non remplies", "Conditions not met then";
    nomination_overruled: "Accord de l’accueil malgré tout", "Why the host agreed all the same";
    nomination_no_account: "Cette personne n’a pas de compte : l’établissement d’origine répond pour elle, en disant ce qui l’atteste.",
        "This person has no account: the home institution answers for them, saying what attests to it.";
    nomination_history: "Historique", "History";
    nomination_history_line(what: &str, who: &str): ("{what} ({who})"), ("{what} ({who})");
    nomination_on_behalf: "noté en son nom", "noted on their behalf";
    correction_caption: "Ce qui a été corrigé", "What was corrected";
    correction_field: "Champ", "Field";
    correction_before: "Avant", "Before";
    correction_after: "Après", "After";
    correction_unsaid: "non précisé", "not said";
    nomination_attested(what: &str): ("Attesté par : {what}"), ("Attested by: {what}");

    eligibility_section: "Conditions", "Conditions";
    eligibility_lead: "Chaque condition du flux, ce qui est connu, et d’où elle vient. Ce qui est inconnu n’est pas un refus.",
        "Each condition of the flow, what is known, and where it is from. What is not known is no refusal.";
    eligibility_condition: "Condition", "Condition";
    eligibility_answer_word: "Réponse", "Answer";
    eligibility_said: "Ce qui est demandé, ce qui est connu", "What is asked, what is known";
    eligibility_source_word: "Source", "Source";

    act_nominate: "nommé", "nominated";
    act_queue: "mis en liste d’attente", "put on the waitlist";
    act_offer: "place offerte", "place offered";
    act_take: "place acceptée par la personne nommée", "place taken by the nominee";
    act_decline: "place déclinée", "place declined";
    act_lapse: "offre expirée", "offer lapsed";
    act_accept: "accepté", "accepted";
    act_reject: "refusé", "rejected";
    act_confirm: "place confirmée", "place confirmed";
    act_withdraw: "retiré", "withdrawn";
    act_complete: "séjour terminé", "stay completed";
    do_nominate_again: "Corriger et nommer de nouveau", "Correct and nominate again";
    do_take: "Accepter la place offerte", "Take the place offered";
    do_decline: "Décliner la place offerte", "Decline the place offered";
    do_accept: "Accepter la nomination", "Accept the nomination";
    do_reject: "Refuser la nomination", "Reject the nomination";
    do_confirm: "Confirmer la place", "Confirm the place";
    do_withdraw_nomination: "Retirer la nomination", "Withdraw the nomination";
    do_complete: "Noter que le séjour est terminé", "Note that the stay is over";
    nomination_acts: "Ce que vous pouvez faire", "What you can do";
    decline_warning: "La place va à la personne suivante de la liste d’attente ; la nomination prend fin.", "The place goes to the next in line; the nomination ends.";
    withdraw_ends: "La nomination prend fin.", "The nomination ends.";
    withdraw_warning: "La place est rendue, et offerte à la personne suivante de la liste d’attente ; la nomination prend fin.",
        "The place is given back and offered to the next in line; the nomination ends.";
    complete_warning: "C’est définitif : le séjour est noté comme terminé, et la place comme utilisée.",
        "This cannot be undone: the stay is noted as over, and the place as used.";
    confirm_ends(what: &str): ("En confirmant, ces autres nominations de la même période prennent fin : {what}."), ("On confirming, these other nominations for the same term end: {what}.");
    confirm_ends_none: "Aucune autre nomination ne prend fin.", "No other nomination ends.";
    act_reason: "Motif", "Reason";
    act_reason_help: "La personne nommée et l’autre établissement le lisent.", "The nominee and the other institution read it.";
    act_overrule_help: "Une condition n’est pas remplie : dites pourquoi vous acceptez malgré tout.", "A condition is not met: say why you accept all the same.";
    act_evidence: "Ce qui l’atteste", "What attests to it";
    act_evidence_help: "Vous agissez au nom d’une personne ou d’un établissement sans compte : par exemple « courriel du 3 mars ».", "You act on behalf of a person or an institution without an account: for example “e-mail of March 3”.";
    done_put_nominated: "C’est fait : la personne est nommée, et l’établissement d’accueil en est averti.", "Done: the person is nominated, and the host is told.";
    done_put_waitlisted: "Aucune place n’est libre pour ce séjour : la personne est en liste d’attente. Sa position et la règle sont ci-dessous.",
        "No place is free for this stay: the person is on the waitlist. The position and the rule are below.";
    done_acted: "C’est fait. L’état est à jour ci-dessous.", "Done. The state below is up to date.";
    done_listed: "La liste est nommée : chacun figure ci-dessous.", "The list is nominated: everyone is below.";

    nominate_one: "Nommer un étudiant", "Nominate a student";
    nominate_staff: "Nommer un membre du personnel", "Nominate a member of staff";
    nominate_lead(sender: &str, receiver: &str): ("Départ {} vers {}.", of(sender), the(receiver)), ("From {sender} to {receiver}.");
    nominate_list: "Nommer une liste", "Nominate a list";
    nominate_person: "La personne", "The person";
    nominate_stay: "Le séjour", "The stay";
    nominate_name: "Nom", "Name";
    nominate_email: "Adresse électronique", "E-mail address";
    nominate_email_help: "Elle désigne la personne : avec un compte à cette adresse, elle suit sa nomination.", "It names the person: with an account at this address they follow their nomination.";
    nominate_number: "Numéro d’étudiant", "Student number";
    nominate_level: "Niveau de la formation", "Level of the programme";
    nominate_unknown: "Non précisé", "Not said";
    nominate_field: "Domaine d’études (ISCED-F)", "Field of study (ISCED-F)";
    nominate_field_help: "Le code, par exemple 0613.", "The code, for example 0613.";
    nominate_study_year: "Année d’études au départ", "Year of study on leaving";
    nominate_ects: "Crédits ECTS au départ", "ECTS credits on leaving";
    nominate_languages: "Langues", "Languages";
    nominate_languages_help: "Par exemple : en B2, fr C1.", "For example: en B2, fr C1.";
    nominate_term: "Période", "Term";
    nominate_length: "Mois du séjour (jours, pour le personnel)", "Months of the stay (days, for staff)";
    nominate_days: "Jours du séjour", "Days of the stay";
    nominate_days_help: "Ils comptent sur la durée en tout du flux, s’il en a une.", "They count against the time in all of the flow, if it has one.";
    nominate_duration: "Durée du séjour", "Length of the stay";
    nominate_duration_help: "Vide : comme avant. Pour une autre année ou une autre période, créez une autre nomination.", "Empty: as before. For another year or term, make another nomination.";
    nominate_months: "Mois du séjour", "Months of the stay";
    nominate_months_help: "Vide : la durée habituelle de la période.", "Empty: the usual length of the term.";
    nominate_exception: "Demander une exception à l’accueil : pourquoi", "Ask the host for an exception: why";
    nominate_exception_help: "Seulement si une condition n’est pas remplie. L’accueil lit ce motif et décide.", "Only where a condition is not met. The host reads this reason and decides.";
    nominate_no_wait: "Ne pas mettre en liste d’attente s’il n’y a plus de place", "Do not put on the waitlist if no place is left";
    do_nominate: "Nommer", "Nominate";
    nominate_not_open: "Personne ne peut être nommé sur ce flux : aucune année ne s’y ouvre.", "Nobody can be nominated for this flow: no year is open.";
    nominate_not_eligible: "Une condition n’est pas remplie : rien n’a été enregistré.", "A condition is not met: nothing was saved.";
    nominate_not_eligible_help: "Voyez les conditions ci-dessous. Corrigez, ou demandez une exception à l’établissement d’accueil en disant pourquoi.",
        "See the conditions below. Correct, or ask the host for an exception, saying why.";
    nominate_list_lead: "Un classeur XLSX, un fichier CSV, ou un tableau collé. Rien n’est écrit avant votre confirmation : vous voyez d’abord ce qu’il adviendrait de chacun.",
        "An XLSX workbook, a CSV file, or a table that you paste. Nothing is written before you confirm: you first see what would become of each.";
    nominate_text: "Tableau collé", "Pasted table";
    nominate_text_help: "Une ligne d’en-têtes (Nom, Prénom, Courriel, Niveau, Langues, Période…), puis une ligne par personne.",
        "A row of headers (Family name, Given name, E-mail, Level, Languages, Term…), then a row for each person.";
    nominate_file: "Ou un fichier", "Or a file";
    nominate_usual_term: "Période de qui n’en a pas", "Term of those who have none";
    nominate_look: "Voir ce qu’il adviendrait", "See what would become of them";
    nominate_tried: "Ce qu’il adviendrait de chacun", "What would become of each";
    nominate_tried_lead: "Rien n’est encore écrit.", "Nothing is written yet.";
    nominate_bring: "La liste", "The list";
    nominate_file_help: "XLSX ou CSV, 16 Mo au plus. Il l’emporte sur le tableau collé.", "XLSX or CSV, at most 16 MB. It takes precedence over the pasted table.";
    nominate_given_name: "Prénom", "Given name";
    nominate_family_name: "Nom de famille", "Family name";
    nominate_row: "Ligne", "Row";
    nominate_outcome: "Résultat", "Outcome";
    nominate_would_wait(position: &str): ("En liste d’attente, position {position}"), ("On the waitlist, position {position}");
    nominate_would_be: "Nommé", "Nominated";
    nominate_refused(why: &str): ("Refusé : {why}"), ("Refused: {why}");
    nominate_all_or_nothing: "Une ligne est refusée : on nomme toute la liste ou personne. Corrigez-la et redonnez la liste.",
        "A row is refused: the whole list is nominated or nobody. Correct it and bring the list again.";
    nominate_confirm(count: &str): ("Nommer : {count}"), ("Nominate: {count}");

    item_answer: "Une nomination attend la réponse de votre établissement", "A nomination awaits the answer of your institution";
    item_answer_for(host: &str): ("{host} n’a pas de compte : répondre en son nom"), ("{host} has no account: answer on its behalf");
    item_correct: "Nomination refusée par l’accueil : à corriger", "Nomination rejected by the host: to be corrected";
    item_correct_for(home: &str): ("Nomination refusée ; {home} n’a pas de compte : corriger en son nom"), ("Nomination rejected; {home} has no account: correct it on its behalf");
    item_speak_by(until: &str): ("Une place est offerte à quelqu’un sans compte : répondez à sa place avant le {until}"), ("A place is offered to someone without an account: answer for them by {until}");
    item_know(state: &str): ("{state} : rien ne vous est demandé"), ("{state}: nothing is asked of you");
    item_speak: "Quelqu’un sans compte doit répondre : faites-le à sa place", "Someone without an account is to answer: do so for them";
    kind_nomination: "Nominations", "Nominations";

    mail_nomination_subject(state: &str, student: &str, year: &str): ("{state} : {student}, {year}"), ("{state}: {student}, {year}");
    mail_nomination_what(student: &str, home: &str, host: &str, when: &str): ("Mobilité {}, {} vers {}, {when}.", of(student), of(home), the(host)), ("Mobility of {student}, from {home} to {host}, {when}.");
    mail_nominations_subject(people: &str, year: &str): ("Nominations : {people}, {year}"), ("Nominations: {people}, {year}");
    mail_nominations_what(people: &str, home: &str, host: &str, year: &str): ("Mobilité de {people}, {} vers {}, {year} :", of(home), the(host)), ("Mobility of {people}, from {home} to {host}, {year}:");
    mail_read_these: "Voir ces nominations", "See these nominations";
    mail_nomination_await(what: &str, who: &str): ("Attendu : {what} ({who})."), ("Awaited: {what} ({who}).");
    mail_read_nomination: "Voir la nomination", "See the nomination";
    mail_read_nominations: "Voir toutes les nominations", "See all nominations";
    mail_nomination_write(name: &str, email: &str, home: &str): ("Pour répondre, ou pour toute question, écrivez à {name}, {home} : {email}"), ("To answer, or with any question, write to {name}, {home}: {email}");
    mail_nomination_ask(home: &str): ("Pour répondre, ou pour toute question, adressez-vous au service international : {home}."), ("To answer, or with any question, ask the international office: {home}.");
    mail_reason_student(home: &str): ("Ce message vous est adressé parce que « {home} » vous a proposé pour une mobilité."), ("You get this message because “{home}” put you forward for a mobility.");
}

impl Texts {
    /// What a nomination is.
    pub const fn nomination_state(self, state: StateKind) -> &'static str {
        match state {
            StateKind::Waitlisted => self.nomination_waitlisted(),
            StateKind::Offered => self.nomination_offered(),
            StateKind::Nominated => self.nomination_nominated(),
            StateKind::Accepted => self.nomination_accepted(),
            StateKind::Confirmed => self.nomination_confirmed(),
            StateKind::Completed => self.nomination_completed(),
            StateKind::Rejected => self.nomination_rejected(),
            StateKind::Withdrawn => self.nomination_withdrawn(),
            StateKind::Declined => self.nomination_declined(),
            StateKind::Lapsed => self.nomination_lapsed(),
        }
    }

    /// What is awaited, if anything is.
    pub const fn nomination_awaits(self, state: StateKind) -> Option<&'static str> {
        match state {
            StateKind::Waitlisted => Some(self.nomination_awaits_waitlisted()),
            StateKind::Offered => Some(self.nomination_awaits_offered()),
            StateKind::Nominated => Some(self.nomination_awaits_nominated()),
            StateKind::Accepted => Some(self.nomination_awaits_accepted()),
            StateKind::Rejected => Some(self.nomination_awaits_rejected()),
            StateKind::Confirmed
            | StateKind::Completed
            | StateKind::Withdrawn
            | StateKind::Declined
            | StateKind::Lapsed => None,
        }
    }

    /// What was done to a nomination, as history says it.
    pub const fn nomination_act(self, act: ActKind) -> &'static str {
        match act {
            ActKind::Nominate => self.act_nominate(),
            ActKind::Queue => self.act_queue(),
            ActKind::Offer => self.act_offer(),
            ActKind::Take => self.act_take(),
            ActKind::Decline => self.act_decline(),
            ActKind::Lapse => self.act_lapse(),
            ActKind::Accept => self.act_accept(),
            ActKind::Reject => self.act_reject(),
            ActKind::Confirm => self.act_confirm(),
            ActKind::Withdraw => self.act_withdraw(),
            ActKind::Complete => self.act_complete(),
        }
    }

    /// What the button for an act says; what the registry alone does has none of its own.
    pub const fn do_act(self, act: ActKind) -> &'static str {
        match act {
            ActKind::Nominate => self.do_nominate_again(),
            ActKind::Take => self.do_take(),
            ActKind::Decline => self.do_decline(),
            ActKind::Accept => self.do_accept(),
            ActKind::Reject => self.do_reject(),
            ActKind::Confirm => self.do_confirm(),
            ActKind::Withdraw => self.do_withdraw_nomination(),
            ActKind::Complete => self.do_complete(),
            ActKind::Queue | ActKind::Offer | ActKind::Lapse => self.nomination_act(act),
        }
    }

    /// What of a nomination was corrected.
    pub const fn corrected_field(self, field: CorrectedField) -> &'static str {
        match field {
            CorrectedField::Name => self.nominate_name(),
            CorrectedField::Number => self.nominate_number(),
            CorrectedField::Level => self.nominate_level(),
            CorrectedField::Field => self.nominate_field(),
            CorrectedField::StudyYear => self.nominate_study_year(),
            CorrectedField::Ects => self.nominate_ects(),
            CorrectedField::Languages => self.nominate_languages(),
            CorrectedField::Months => self.nominate_duration(),
            CorrectedField::Exception => self.nomination_exception(),
        }
    }

    /// The value of a field that was corrected, as it is read; what cannot be read any more stands as it was kept.
    pub fn corrected_value(self, field: CorrectedField, value: &str, kind: MobilityKind) -> String {
        let said = match field {
            CorrectedField::Level => EqfLevel::parse(value).ok().map(|level| self.eqf_level(level)),
            CorrectedField::Field => IscedField::parse(value).ok().map(|field| self.field_named(field)),
            CorrectedField::Ects => Ects::parse(value).ok().map(|ects| self.decimal(ects)),
            CorrectedField::Months => Decimal::parse(value).ok().map(|months| self.budget(months, kind)),
            CorrectedField::Languages => Skill::parse_all(value).ok().map(|skills| {
                let skill = |skill: &Skill| format!("{} {}", skill.language.name(self.lang()), skill.level);
                skills.iter().map(skill).collect::<Vec<_>>().join(", ")
            }),
            CorrectedField::Name
            | CorrectedField::Number
            | CorrectedField::StudyYear
            | CorrectedField::Exception => None,
        };
        said.unwrap_or_else(|| value.to_owned())
    }

    /// So many nominations.
    pub fn number_of_nominations(self, count: i64) -> String {
        self.counted(count, self.nomination_one(), self.nomination_many())
    }

    /// Putting one person forward for a mobility of this kind.
    pub const fn nominate_one_for(self, kind: MobilityKind) -> &'static str {
        if kind.counts_days() { self.nominate_staff() } else { self.nominate_one() }
    }

    /// A column of a list of people.
    pub const fn student_column(self, column: StudentColumn) -> &'static str {
        match column {
            StudentColumn::Name => self.nominate_name(),
            StudentColumn::GivenName => self.nominate_given_name(),
            StudentColumn::FamilyName => self.nominate_family_name(),
            StudentColumn::Email => self.nominate_email(),
            StudentColumn::Number => self.nominate_number(),
            StudentColumn::Level => self.nominate_level(),
            StudentColumn::Field => self.nominate_field(),
            StudentColumn::StudyYear => self.nominate_study_year(),
            StudentColumn::Ects => self.nominate_ects(),
            StudentColumn::Languages => self.nominate_languages(),
            StudentColumn::Term => self.nominate_term(),
            StudentColumn::Months => self.nominate_length(),
        }
    }

    /// Who acts, or is awaited, in the middle of a sentence.
    pub fn nomination_side_named(self, side: Side, named: &Named<'_>) -> String {
        match side {
            Side::Student => named.student.to_owned(),
            Side::Home => named.home.to_owned(),
            Side::Host => named.host.to_owned(),
            Side::Registry => self.of("le registre", "the registry").to_owned(),
        }
    }

    /// What a nomination is, as a sentence, with the reason where there is one.
    pub fn nomination_sentence(self, state: &State, position: Option<i64>, named: &Named<'_>) -> String {
        match state {
            State::Waitlisted => self.nomination_is_waitlisted(&self.number(position.unwrap_or(1))),
            State::Offered { answer_by } => self.nomination_is_offered(&self.moment(*answer_by)),
            State::Nominated => self.nomination_is_nominated(named.host),
            State::Accepted => self.nomination_is_accepted(named.host),
            State::Confirmed => self.nomination_is_confirmed().to_owned(),
            State::Completed => self.nomination_is_completed().to_owned(),
            State::Rejected { reason } => self.nomination_is_rejected(named.host, reason.as_str()),
            State::Withdrawn { by, reason } => {
                let is = self.nomination_is_withdrawn(&self.nomination_side_named(*by, named));
                let why = reason.as_ref().map(|reason| self.nomination_reason(reason.as_str()));
                why.map_or(is.clone(), |why| format!("{is} {why}"))
            }
            State::Declined => self.nomination_is_declined().to_owned(),
            State::Lapsed => self.nomination_is_lapsed().to_owned(),
        }
    }
}

/// The names in what is said of a nomination.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// Of the student.
    pub student: &'a str,
    /// Of the home institution.
    pub home: &'a str,
    /// Of the host institution.
    pub host: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{lang::Lang, nomination::Reason};

    #[test]
    fn every_state_has_a_sentence_in_both_languages_and_none_calls_it_incomplete() {
        let reason = || Reason::parse("Niveau B2 requis").expect("a reason");
        let answer_by = "2026-11-10T12:00:00Z".parse().expect("an instant");
        let named = Named { student: "Camille Exemple", home: "Alès", host: "Keiō" };
        for (state, fr, en) in [
            (State::Waitlisted, "position 2", "position 2"),
            (State::Offered { answer_by }, "10/11/2026 12:00 UTC", "10 Nov 2026"),
            (State::Nominated, "complète et transmise à Keiō", "complete and sent to Keiō"),
            (State::Accepted, "Keiō a accepté", "Keiō accepted"),
            (State::Confirmed, "confirmée", "confirmed"),
            (State::Completed, "terminé", "over"),
            (State::Rejected { reason: reason() }, "Niveau B2 requis", "Niveau B2 requis"),
            (
                State::Withdrawn { by: Side::Home, reason: Some(reason()) },
                "par Alès. Motif",
                "by Alès. Reason",
            ),
            (
                State::Withdrawn { by: Side::Student, reason: None },
                "par Camille Exemple.",
                "by Camille Exemple.",
            ),
            (State::Declined, "déclinée", "declined"),
            (State::Lapsed, "à temps", "in time"),
        ] {
            for (lang, words) in [(Lang::Fr, fr), (Lang::En, en)] {
                let said = Texts(lang).nomination_sentence(&state, Some(2), &named);
                assert!(said.contains(words) && !said.contains("incompl"), "{said}");
            }
        }
    }
}
