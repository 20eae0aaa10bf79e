//! What awaits an office, reminders by mail, calendars.

use chrono::{DateTime, Utc};
use domain::{
    agreement::{Awaited, DeadlineKind},
    commitment::Call,
    inbox::{Ending, ItemKind, Request},
    nomination::StateKind,
};

texts! {
    inbox: "À traiter", "Inbox";
    inbox_counted(count: usize): ("À traiter ({count})"), ("Inbox ({count})");
    inbox_lead: "Ce qui attend votre service, par date.", "What awaits your office, by date.";
    inbox_thing: "chose à traiter", "thing to deal with";
    inbox_things: "choses à traiter", "things to deal with";
    inbox_thing_dealt: "chose traitée", "thing dealt with";
    inbox_things_dealt: "choses traitées", "things dealt with";
    inbox_thing_any: "chose en tout", "thing in all";
    inbox_things_any: "choses en tout", "things in all";
    inbox_what: "Quoi", "What";
    inbox_office: "Service", "Office";
    inbox_day: "Date", "Date";
    inbox_act: "Action", "Action";
    inbox_kinds: "Nature", "Kind";
    inbox_states: "État", "State";
    inbox_open: "À traiter", "To be dealt with";
    inbox_dealt: "Traité", "Dealt with";
    inbox_all: "Tout", "All";
    inbox_empty_title: "Rien n’attend ici", "Nothing awaits you here";
    inbox_empty_text: "Les approbations et signatures attendues de vous, les échéances proches, les engagements à suivre, les accords dénoncés ou remplacés, les nominations et les partenaires sans accord paraîtront ici.",
        "Approvals and signatures awaited of you, deadlines that come near, commitments to follow, agreements terminated or replaced, nominations and partners without an agreement will show here.";
    inbox_is_dealt: "Marquer comme traité", "Mark as dealt with";
    inbox_is_dealt_of(what: &str): ("Marquer comme traité : {what}"), ("Mark as dealt with: {what}");
    inbox_undo: "Remettre à traiter", "Put back";
    inbox_undo_of(what: &str): ("Remettre à traiter : {what}"), ("Put back: {what}");
    inbox_dealt_by(who: &str, when: &str): ("Traité par {who}, {when}"), ("Dealt with by {who}, {when}");
    done_dealt: "C’est noté comme traité.", "It is noted as dealt with.";
    done_undealt: "C’est de nouveau à traiter.", "It is to be dealt with again.";
    item_approval: "Votre approbation est attendue", "Your approval is awaited";
    item_signature: "Votre signature est attendue", "Your signature is awaited";
    item_since(day: &str): ("depuis le {day}"), ("since {day}");
    item_end(months: &str): ("Prend fin dans {months} ou moins"), ("Ends within {months}");
    item_notice(months: &str): ("Préavis à donner dans {months} ou moins, sinon l’accord se renouvelle"), ("Notice is to be given within {months}, else the agreement renews itself");
    item_gap(year: &str): ("Plus aucun accord d’échange pour {year}"), ("No exchange agreement any more for {year}");
    kind_approval: "Approbations", "Approvals";
    kind_signature: "Signatures", "Signatures";
    kind_deadline: "Échéances", "Deadlines";
    item_commitment_due: "Un engagement est à observer", "A commitment is to be observed";
    item_commitment_at_risk: "Un engagement est menacé", "A commitment is at risk";
    item_commitment_missed: "Un engagement n’a pas été tenu", "A commitment was missed";
    item_terminated: "Cet accord a été dénoncé : il est sans effet à partir de cette date", "This agreement was terminated: it is without effect from this date";
    item_replaced: "Un autre accord prend sa place à partir de cette date", "Another agreement takes its place from this date";
    kind_ending: "Fins consignées par d’autres", "Endings recorded by others";
    kind_commitment: "Engagements", "Commitments";
    kind_gap: "Partenaires sans accord", "Partners without an agreement";
    month_word: "mois", "month";
    months_word: "mois", "months";
    no_mail: "Ce registre n’envoie pas de courriel : aucun serveur de messagerie n’est indiqué. Les rappels sont rangés en fichiers .eml sur le serveur.",
        "This registry sends no e-mail: no mail server is named. Reminders are put as .eml files on the server.";
    mail_in_folder(folder: &str): ("Ce registre n’envoie pas de courriel : aucun serveur de messagerie n’est indiqué. Les rappels sont rangés en fichiers .eml dans {folder}."),
        ("This registry sends no e-mail: no mail server is named. Reminders are put as .eml files into {folder}.");

    mail_end_subject(day: &str, title: &str): ("Fin le {day} : {title}"), ("Ends on {day}: {title}");
    mail_end(title: &str, day: &str): ("L’accord « {title} » prend fin le {day}."), ("The agreement “{title}” ends on {day}.");
    mail_notice_subject(day: &str, title: &str): ("Préavis au plus tard le {day} : {title}"), ("Notice by {day}: {title}");
    mail_notice(title: &str, end: &str, day: &str): ("L’accord « {title} » se renouvelle de lui-même après le {end}, sauf préavis donné au plus tard le {day}."),
        ("The agreement “{title}” renews itself after {end}, unless notice is given by {day}.");
    mail_step(months: &str): ("Ceci est le rappel prévu {months} avant cette date. Si c’est déjà fait, marquez-le comme traité."),
        ("This is the reminder due {months} before that date. If it is done already, mark it as dealt with.");
    mail_gap_subject(partner: &str, year: &str): ("Sans accord pour {year} : {partner}"), ("No agreement for {year}: {partner}");
    mail_gap(partner: &str, year: &str, office: &str): ("Aucun accord d’échange entre {office} et {partner} n’est en vigueur pour {year} ; il y en avait un l’année précédente."),
        ("No exchange agreement between {office} and {partner} is in force for {year}; there was one the year before.");
    mail_ended_subject(day: &str, title: &str): ("Sans effet à partir du {day} : {title}"), ("Without effect from {day}: {title}");
    mail_terminated(who: &str, title: &str, day: &str): ("{who} a dénoncé l’accord « {title} », sans effet à partir du {day}."),
        ("{who} terminated the agreement “{title}”, without effect from {day}.");
    mail_terminated_together(title: &str, day: &str): ("Les parties ont mis fin ensemble à l’accord « {title} », sans effet à partir du {day}."),
        ("The parties together ended the agreement “{title}”, without effect from {day}.");
    mail_replaced(title: &str, day: &str): ("Un autre accord prend la place de l’accord « {title} » à partir du {day}."),
        ("Another agreement takes the place of the agreement “{title}” from {day}.");
    mail_ended_by(office: &str): ("C’est le service « {office} » qui l’a consigné : s’il se trompe, dites-le-lui."),
        ("The office of “{office}” recorded this: if it is wrong, tell it so.");
    mail_read_agreement: "Lire l’accord", "Read the agreement";
    mail_read_partner: "Voir le partenaire", "See the partner";
    mail_read_inbox: "Voir tout ce qui attend votre service", "See all that awaits your office";
    mail_reason(office: &str): ("Ce message vous est adressé comme membre du service « {office} »."), ("You get this message as a member of the office of “{office}”.");
    mail_stop: "Choisir si les rappels viennent par courriel", "Choose whether reminders come by e-mail";

    section_reminders: "Rappels par courriel", "Reminders by e-mail";
    wants_mail: "M’avertir par courriel des échéances, des accords dénoncés ou remplacés, des nominations et des partenaires sans accord de mes services",
        "Tell me by e-mail of deadlines, of agreements terminated or replaced, of nominations and of partners without an agreement of my offices";
    save_reminders: "Enregistrer ce choix", "Save this choice";
    done_reminders: "Votre choix est enregistré.", "Your choice is saved.";

    section_feed: "Calendrier du service", "Calendar of the office";
    feed_lead: "Les fins d’accords, les derniers jours de préavis, les engagements à observer et les partenaires sans accord, dans votre agenda. L’adresse est secrète : qui la détient lit le calendrier.",
        "The ends of agreements, the last days to give notice, commitments to be observed and partners without an agreement, in your calendar program. The address is secret: whoever holds it reads the calendar.";
    feed_none: "Ce service n’a pas encore d’adresse de calendrier.", "This office has no calendar address yet.";
    feed_since(when: &str): ("L’adresse en service date du {when}."), ("The present address was made on {when}.");
    feed_make: "Créer l’adresse", "Make the address";
    feed_renew: "Remplacer l’adresse", "Replace the address";
    feed_revoke: "Supprimer l’adresse", "Remove the address";
    feed_once_title: "Voici l’adresse du calendrier : copiez-la maintenant", "Here is the calendar’s address: copy it now";
    feed_label: "Adresse du calendrier", "Calendar address";
    done_feed_revoked: "L’adresse est supprimée : elle n’ouvre plus rien.", "The address is removed: it opens nothing any more.";
    feed_name(office: &str): ("Accords : {office}"), ("Agreements: {office}");
    feed_end(title: &str): ("Fin : {title}"), ("Ends: {title}");
    feed_notice(title: &str): ("Dernier jour de préavis : {title}"), ("Last day to give notice: {title}");
    feed_commitment(title: &str): ("Engagement à observer : {title}"), ("Commitment to be observed: {title}");
    feed_notice_about(end: &str): ("Sans préavis, l’accord se renouvelle après le {end}."), ("Without notice the agreement renews itself after {end}.");

    mail: "Courriel", "Mail";
    mail_lead: "Ce que le registre a écrit, et ce qui n’a pas pu partir.", "What the registry has written, and what could not be sent.";
    mail_sent: "envoyés", "sent";
    mail_waiting: "en attente", "waiting";
    mail_given_up: "abandonnés", "given up";
    mail_failing: "Messages qui n’ont pas pu partir", "Messages that could not be sent";
    mail_failing_none: "Aucun message en échec.", "No message failed.";
    mail_to: "À", "To";
    mail_subject: "Objet", "Subject";
    mail_tries: "Essais", "Tries";
    mail_next: "Prochain essai", "Next try";
    mail_next_never: "aucun", "none";
    mail_failure: "Cause", "Cause";
    mail_retry: "Réessayer maintenant", "Try again now";
    done_mail_retried: "Les messages en échec repartent.", "The messages that failed are on their way again.";
}

impl super::Texts {
    /// A kind of thing that awaits an office.
    pub const fn item_kind(self, kind: ItemKind) -> &'static str {
        match kind {
            ItemKind::Approval => self.kind_approval(),
            ItemKind::Signature => self.kind_signature(),
            ItemKind::Deadline => self.kind_deadline(),
            ItemKind::Commitment => self.kind_commitment(),
            ItemKind::Ending => self.kind_ending(),
            ItemKind::Gap => self.kind_gap(),
            ItemKind::Nomination => self.kind_nomination(),
        }
    }

    /// What a nomination awaits of an office: what it is, and when the offer lapses.
    pub fn item_request(
        self,
        what: Request,
        (state, answer_by): (StateKind, Option<DateTime<Utc>>),
        [home, host]: [&str; 2],
    ) -> String {
        match (what, answer_by) {
            (Request::Answer, _) => self.item_answer().to_owned(),
            (Request::AnswerFor, _) => self.item_answer_for(host),
            (Request::Correct, _) => self.item_correct().to_owned(),
            (Request::CorrectFor, _) => self.item_correct_for(home),
            (Request::Speak, Some(answer_by)) => self.item_speak_by(&self.moment(answer_by)),
            (Request::Speak, None) => self.item_speak().to_owned(),
            (Request::Know, _) => self.item_know(self.nomination_state(state)),
        }
    }

    /// What is awaited of an office.
    pub const fn item_awaited(self, what: Awaited) -> &'static str {
        match what {
            Awaited::Approval => self.item_approval(),
            Awaited::Signature => self.item_signature(),
        }
    }

    /// Why a commitment calls on an office.
    pub const fn item_commitment(self, call: Call) -> &'static str {
        match call {
            Call::Due => self.item_commitment_due(),
            Call::AtRisk => self.item_commitment_at_risk(),
            Call::Missed => self.item_commitment_missed(),
        }
    }

    /// How an agreement was ended.
    pub const fn item_ended(self, ending: Ending) -> &'static str {
        match ending {
            Ending::Terminated => self.item_terminated(),
            Ending::Replaced => self.item_replaced(),
        }
    }

    /// A step of the ladder.
    pub fn item_deadline(self, kind: DeadlineKind, months: u16) -> String {
        let months = self.counted(months.into(), self.month_word(), self.months_word());
        match kind {
            DeadlineKind::End => self.item_end(&months),
            DeadlineKind::Notice => self.item_notice(&months),
        }
    }
}
