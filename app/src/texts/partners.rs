//! What institutions have between them: partners, timeline, coverage, deadlines.

use super::{elided, of};

use domain::agreement::DeadlineKind;

texts! {
    section_partners: "Partenaires", "Partners";
    partners_of(name: &str): ("Partenaires {}", of(name)), ("Partners of {name}");
    partners_lead: "Les établissements avec lesquels il a des accords, ceux de ses composantes compris.",
        "The institutions with which it has agreements, those of its units included.";
    partners_all(count: &str): ("Voir les {count} partenaires"), ("See all {count} partners");
    partners_first: "Revenir au début", "Back to the first";
    partners_next: "Partenaires suivants", "Further partners";
    partners_pages: "Pages de partenaires", "Pages of partners";
    partners_none: "Aucun partenaire", "No partner";
    partners_none_text: "Les partenaires paraissent ici dès qu’un accord que vous pouvez voir les nomme.",
        "Partners show here as soon as an agreement that you may see names them.";
    partner_word: "partenaire", "partner";
    partner_words: "partenaires", "partners";
    column_partner: "Partenaire", "Partner";
    column_agreements: "Accords", "Agreements";
    column_in_force: "En vigueur", "In force";
    column_until: "Jusqu’au", "Until";
    column_coverage: "Couverture", "Coverage";
    until_open: "sans fin prévue", "no end set";
    until_never: "jamais signé", "never signed";
    partner_gap(year: &str): ("sans accord d’échange en {year}"), ("no exchange agreement in {year}");
    partnership: "Partenariat", "Partnership";
    partnership_of(one: &str, other: &str): ("{one} et {other}"), ("{one} and {other}");
    partnership_whole(whole: &str): ("Voir tout avec {whole}"), ("See all with {whole}");
    partnership_see(one: &str, other: &str): ("Tout ce {} et {other} ont de commun", elided("que", one)), ("All that {one} and {other} have in common");
    partnership_agreements_none: "Aucun accord que vous pouvez voir ne les lie.", "No agreement that you may see binds them.";
    partnership_visitors: "Les visiteurs voient ce qui est publié ; les services des parties voient tout ce qui s’est passé.",
        "Visitors see what is published; the offices of the parties see all that happened.";
    section_timeline: "Chronologie", "Timeline";
    timeline_none: "Rien pour l’instant", "Nothing yet";
    timeline_none_text: "Versions, approbations, signatures, documents et fins paraîtront ici à leur date.",
        "Revisions, approvals, signatures, documents and ends will show here at their date.";
    timeline_pages: "Pages de la chronologie", "Pages of the timeline";
    timeline_earlier: "Plus ancien", "Earlier";
    timeline_latest: "Revenir au plus récent", "Back to the latest";
    event_revision_shared(number: i64): ("Version {number} partagée entre les parties"), ("Revision {number} shared among the parties");
    event_revision_written(number: i64): ("Version {number} rédigée"), ("Revision {number} written");
    event_dropped(number: i64): ("Version {number} abandonnée"), ("Revision {number} dropped");
    event_approved(party: &str, number: i64): ("{party} approuve la version {number}"), ("{party} approves revision {number}");
    event_signed(party: &str): ("{party} signe"), ("{party} signs");
    event_undated: "date de signature non donnée, classée au jour où elle fut notée", "date of signature not given; it stands by the day it was recorded";
    event_begins: "Début de l’accord", "The agreement begins";
    event_ends: "Fin de l’accord", "The agreement ends";
    event_document(kind: &str, title: &str): ("{kind} : {title}"), ("{kind}: {title}");
    event_successor_read: "Lire l’accord qui suit", "Read the agreement that follows";
    event_document_read: "Ouvrir le document", "Open the document";
    partnership_agreements_more: "Ceux-ci ont commencé les derniers. Voir tous leurs accords", "These began last. See all their agreements";
    event_notice(party: &str): ("{party} donne un préavis"), ("{party} gives notice");
    event_notice_mutual: "Les parties conviennent d’y mettre fin", "The parties agree to end it";
    event_terminated: "Fin avant terme", "Ended before its time";
    section_coverage: "Couverture par des accords d’échange", "Coverage by exchange agreements";
    coverage_never: "Aucun accord d’échange entre les deux jusqu’ici.", "No exchange agreement between the two so far.";
    coverage_span(first: &str, last: &str): ("Premier accord en {first}, dernier en {last}."), ("First agreement in {first}, last in {last}.");
    coverage_one(year: &str): ("Un accord en {year}."), ("An agreement in {year}.");
    coverage_gap(year: &str): ("Lacune : aucun accord d’échange en {year}, alors qu’il y en avait un l’année précédente."),
        ("Gap: no exchange agreement in {year}, while there was one the year before.");
    coverage_pair_gap(one: &str, other: &str, year: &str): ("{one} et {other} n’ont plus d’accord d’échange en {year}."),
        ("{one} and {other} have no exchange agreement any more in {year}.");
    section_deadlines: "Échéances", "Deadlines";
    deadline_end(day: &str): ("Prend fin le {day}"), ("Ends on {day}");
    deadline_notice(day: &str): ("Dernier jour de préavis avant renouvellement : {day}"), ("Last day to give notice before it renews itself: {day}");
}

impl super::Texts {
    /// What happens on the day a ladder leads to.
    pub fn deadline(self, kind: DeadlineKind, day: &str) -> String {
        match kind {
            DeadlineKind::End => self.deadline_end(day),
            DeadlineKind::Notice => self.deadline_notice(day),
        }
    }
}
