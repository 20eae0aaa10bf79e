//! Agreements: the list, one agreement, its form.

texts! {
    agreement_count_word: "accord", "agreement";
    agreement_count_words: "accords", "agreements";
    agreements_lead: "Ce que les établissements ont convenu, en vigueur ou non : rien n’est caché une fois échu.",
        "What institutions have agreed, in force or not: nothing is hidden once it has ended.";
    new_agreement: "Consigner un accord", "Log an agreement";
    edit_agreement(title: &str): ("Modifier « {title} »"), ("Edit “{title}”");
    column_agreement: "Accord", "Agreement";
    column_standing: "État", "Standing";
    column_parties: "Parties", "Parties";
    column_period: "Période", "Period";
    filter_words: "Mots", "Words";
    filter_words_help: "Titre, partie, référence ; le début d’un mot suffit.", "Title, party, reference; the beginning of a word is enough.";
    filter_country: "Pays d’une partie", "Country of a party";
    filter_institution: "Établissement", "Institution";
    filter_partner: "Partenaire", "Partner";
    filter_kind: "Nature", "Kind";
    filter_standing: "État", "Standing";
    filter_on: "Au", "As of";
    filter_on_help: "L’état de chaque accord ce jour-là ; aujourd’hui si rien n’est dit.", "What each agreement was or will be on that day; today unless said.";
    standing_binding: "En vigueur, fin proche comprise", "In force, ending soon included";
    standing_not_over: "Pas encore terminé", "Not over";
    standing_as_of(day: &str): ("Son état au {day}"), ("Its standing on {day}");
    standing_as_of_text: "Ce qui s’est passé ensuite n’y compte pas ; le reste de la page est celui d’aujourd’hui.",
        "What happened later does not count in it; the rest of the page is today’s.";
    standing_today: "Voir son état d’aujourd’hui", "See its standing today";
    filter_year: "Année universitaire", "Academic year";
    filter_year_help: "En vigueur cette année-là, par exemple 2026/2027.", "In force in that year, for example 2026/2027.";
    filter_field: "Domaine (ISCED-F)", "Field (ISCED-F)";
    sort_by: "Ordre", "Order";
    sort_recent: "Modifiés récemment", "Changed recently";
    sort_title: "Titre", "Title";
    sort_start: "Début le plus récent", "Latest start";
    sort_end: "Échéance la plus proche", "Earliest end";
    sort_relevance: "Pertinence", "Relevance";
    active_filters: "Filtres actifs", "Active filters";
    more_than(count: &str): ("plus de {count}"), ("more than {count}");
    no_agreement_title: "Aucun accord ne correspond", "No agreement matches";
    no_agreement_text: "Retirez un filtre, ou cherchez le début d’un mot.", "Remove a filter, or search for the beginning of a word.";
    no_agreement_yet: "Aucun accord pour l’instant", "No agreement yet";
    no_agreement_yet_text: "Les accords publiés paraîtront ici.", "Published agreements will appear here.";
    filter_not_understood: "Un filtre de cette adresse n’a pas été compris ; il est ignoré.",
        "A filter in this address was not understood; it is ignored.";
    pages_label: "Pages de la liste", "Pages of the list";
    open_ended: "sans terme", "no end";
    no_period: "non précisée", "not said";
    since_day(day: &str): ("depuis le {day}"), ("since {day}");
    since_about(when: &str): ("depuis {when}"), ("since {when}");
    until_day(day: &str): ("jusqu’au {day}"), ("until {day}");
    until_about(when: &str): ("jusqu’en {when}"), ("until {when}");
    on_day(day: &str): ("le {day}"), ("on {day}");
    on_about(when: &str): ("en {when}"), ("in {when}");
    from_to(from: &str, to: &str): ("{from} – {to}"), ("{from} – {to}");
    unpublished: "Non publié", "Not published";

    section_parties: "Parties", "Parties";
    section_awaited: "Ce qui est attendu", "What is awaited";
    section_summary: "Résumé", "Summary";
    section_terms: "Ce qui est convenu", "What is agreed";
    section_revisions: "Versions", "Revisions";
    section_sources: "Sources", "Sources";
    section_contacts: "Contacts", "Contacts";
    fact_period: "Période", "Period";
    fact_notice: "Préavis", "Notice";
    fact_renewal: "À l’échéance", "At the end";
    fact_fields: "Domaines", "Fields";
    fact_office: "Suivi par", "Followed by";
    fact_updated: "Modifié le", "Changed on";
    renewal_none: "prend fin", "it ends";
    renewal_by_agreement: "renouvelable par un nouvel accord", "may be renewed by a new agreement";
    renewal_tacit(months: u16): ("tacite reconduction, {months} mois"), ("renews itself, {months} months");
    months(months: u16): ("{months} mois"), ("{months} months");
    party_role_column: "Rôle", "Role";
    party_reference_column: "Référence", "Reference";
    party_approved_column: "Approuvé", "Approved";
    party_signed_column: "Signé", "Signed";
    not_yet: "Pas encore", "Not yet";
    approval_not_asked: "Pas demandé : signé sur papier", "Not asked for: signed on paper";
    in_force_since_day(day: &str): ("En vigueur depuis le {day}"), ("In force since {day}");
    in_force_since_about(date: &str): ("En vigueur depuis {date}"), ("In force since {date}");
    in_force_undated: "En vigueur, la date n’est pas donnée", "In force, the date is not given";
    in_force_from(day: &str): ("En vigueur à partir du {day}"), ("In force from {day}");
    in_force_not_yet: "Pas encore en vigueur", "Not in force yet";
    in_force_lacks(what: &str): ("Pas encore en vigueur ; il manque {what}"), ("Not in force yet; missing: {what}");
    in_force_no_more(day: &str): ("N’est plus en vigueur depuis le {day}"), ("No longer in force since {day}");
    in_force_never: "N’a pas été en vigueur", "Was never in force";
    signed_by_on(who: &str, on: &str): ("Signé par {who} {on}"), ("Signed by {who} {on}");
    signed_on(on: &str): ("Signé {on}"), ("Signed {on}");
    signed_by(who: &str): ("Signé par {who}"), ("Signed by {who}");
    signed_undated: "Signé, date non donnée", "Signed, date not given";
    recorded_on_behalf: "consigné par une autre partie", "recorded by another party";
    announced(what: &str): ("Annoncé : {what}"), ("Announced: {what}");
    not_signed: "Pas encore signé", "Not signed yet";
    does_not_sign: "Ne signe pas", "Does not sign";
    approved_on(on: &str): ("Approuvé le {on}"), ("Approved on {on}");
    awaited_sharing: "Le partage du brouillon avec les autres parties", "Sharing the draft with the other parties";
    awaited_publication: "La publication dans le registre", "Publication in the registry";
    awaited_nothing: "Rien : toutes les signatures sont consignées.", "Nothing: every signature is recorded.";
    revision_line(number: i64, author: &str): ("Version {number}, par {author}"), ("Revision {number}, by {author}");
    revision_rules: "fait foi", "rules";
    revision_shared: "partagée", "shared";
    revision_draft: "brouillon", "draft";
    revision_fixed: "ne change plus", "cannot change any more";
    content_hash: "Empreinte du contenu (SHA-256)", "Hash of the content (SHA-256)";
    modification_pending(number: i64): ("La version {number} est en préparation ; la version en vigueur reste celle-ci."),
        ("Revision {number} is being prepared; the revision in force remains this one.");
    source_read_on(on: &str): ("lu en {on}"), ("read {on}");
    no_source: "Aucune source n’est indiquée.", "No source is given.";
    today: "aujourd’hui", "today";
    notice_before(on: &str): ("préavis avant le {on}"), ("notice before {on}");
    visitors_see_less: "Connectez-vous pour voir le contenu complet, si votre établissement y est partie.",
        "Sign in to see the whole content, if your institution is a party.";

    do_share: "Partager avec les parties", "Share with the parties";
    do_publish: "Publier dans le registre", "Publish in the registry";
    do_withdraw: "Retirer du registre public", "Take out of the public registry";
    do_sign: "Consigner les signatures", "Record the signatures";
    do_delete: "Supprimer ce brouillon", "Delete this draft";
    confirm_delete(title: &str): ("Supprimer le brouillon « {title} » ?"), ("Delete the draft “{title}”?");
    confirm_delete_body: "Personne ne l’a approuvé ni signé : il disparaîtra pour de bon, avec ses commentaires, pour les autres parties aussi.",
        "Nobody approved or signed it: it will be gone for good, with its comments, for the other parties, too.";
    done_created: "L’accord est consigné : c’est un brouillon que seul votre service voit.",
        "The agreement is logged: it is a draft that only your office sees.";
    done_saved: "C’est enregistré.", "It is saved.";
    done_proposed: "C’est enregistré et proposé aux autres parties.", "It is saved and proposed to the other parties.";
    done_shared: "Le brouillon est partagé avec les services des parties.", "The draft is shared with the parties’ offices.";
    done_published: "L’accord est publié : tout le monde peut le lire.", "The agreement is published: everyone can read it.";
    done_withdrawn: "L’accord n’est plus dans le registre public.", "The agreement is no longer in the public registry.";
    done_signed: "Les signatures sont consignées.", "The signatures are recorded.";
    done_deleted: "Le brouillon est supprimé.", "The draft is deleted.";

    form_lead: "Ce qui manque peut venir plus tard : seuls la nature, un titre et deux parties sont nécessaires.",
        "What is missing can come later: only the kind, a title and two parties are needed.";
    form_what: "L’accord", "The agreement";
    form_title_fr: "Titre en français", "Title in French";
    form_title_en: "Titre en anglais", "Title in English";
    form_title_help: "Un des deux suffit.", "One of the two is enough.";
    form_kind: "Nature de l’accord", "Kind of agreement";
    form_parties: "Parties", "Parties";
    form_parties_help: "Au moins deux, dans l’ordre du document.", "At least two, in the order of the document.";
    form_party(number: usize): ("Partie {number}"), ("Party {number}");
    form_institution: "Établissement", "Institution";
    form_institution_help: "Quelques lettres du nom, puis choisissez.", "A few letters of the name, then choose.";
    form_find: "Chercher", "Search";
    form_change: "Changer", "Change";
    form_found: "Lequel est-ce ?", "Which one is it?";
    form_found_none(what: &str): ("Rien ne correspond à « {what} »."), ("Nothing matches “{what}”.");
    form_create_institution: "Créer cet établissement", "Create this institution";
    form_create_institution_help: "S’ouvre à part ; revenez ensuite le chercher.", "Opens apart; then come back and search for it.";
    form_role: "Rôle", "Role";
    form_reference: "Sa référence", "Its reference";
    form_signatory: "Signataire", "Signatory";
    form_signatory_title: "Qualité du signataire", "Signatory’s title";
    form_signed_on: "Signé le", "Signed on";
    form_date_help: "« 2024 », « mai 2024 » ou « 10/01/2024 ».", "“2024”, “May 2024” or “10/01/2024” (day first).";
    form_understood(date: &str): ("Compris : {date}"), ("Understood: {date}");
    form_contact(number: usize): ("Contact {number}"), ("Contact {number}");
    form_contact_name: "Nom du contact", "Contact’s name";
    form_contact_role: "Fonction", "Function";
    form_contact_email: "Courriel", "E-mail";
    form_more: "Référence, signature, contacts", "Reference, signature, contacts";
    form_add_party: "Ajouter une partie", "Add a party";
    form_add_contact: "Ajouter un contact", "Add a contact";
    form_remove_party(number: usize): ("Retirer la partie {number}"), ("Remove party {number}");
    form_period: "Période et fin", "Period and end";
    form_starts: "Début", "Start";
    form_ends: "Fin", "End";
    form_to_confirm: "À confirmer", "To be confirmed";
    form_open_ended: "Sans terme prévu", "Has no end";
    form_notice: "Préavis (mois)", "Notice (months)";
    form_renewal: "À l’échéance", "At the end";
    form_renewal_none: "Il prend fin", "It ends";
    form_renewal_by_agreement: "Renouvelable par un nouvel accord", "May be renewed by a new agreement";
    form_renewal_tacit: "Tacite reconduction", "Renews itself";
    form_renewal_months: "Durée de chaque reconduction (mois)", "Length of each renewal (months)";
    form_content: "Contenu", "Content";
    form_summary_fr: "Résumé en français", "Summary in French";
    form_summary_en: "Résumé en anglais", "Summary in English";
    form_summary_help: "Pour tous ; 2 000 caractères au plus.", "For everyone; at most 2,000 characters.";
    form_terms_fr: "Ce qui est convenu, en français", "What is agreed, in French";
    form_terms_en: "Ce qui est convenu, en anglais", "What is agreed, in English";
    form_terms_help: "Pour les parties seulement.", "For the parties only.";
    form_fields: "Domaines d’études (ISCED-F)", "Fields of study (ISCED-F)";
    form_fields_help: "Codes séparés par des virgules, par exemple 0613, 0311.", "Codes separated by commas, for example 0613, 0311.";
    form_visibility: "Une fois publié, visible par", "Once published, visible to";
    visibility_public: "Tout le monde", "Everyone";
    visibility_parties: "Les services des parties seulement", "The parties’ offices only";
    form_sources: "Sources", "Sources";
    form_sources_help: "D’où viennent ces faits, et ce qui reste douteux.", "Where these facts come from, and what is still doubtful.";
    form_source(number: usize): ("Source {number}"), ("Source {number}");
    form_source_title: "Titre", "Title";
    form_source_url: "Adresse", "Address";
    form_source_read_on: "Lu le", "Read on";
    form_source_note: "Note", "Note";
    form_add_source: "Ajouter une source", "Add a source";
    form_remove_source(number: usize): ("Retirer la source {number}"), ("Remove source {number}");
    form_save_new: "Enregistrer le brouillon", "Save the draft";
    form_stale_title: "Un autre enregistrement est passé avant le vôtre", "Another save came before yours";
    form_stale_body: "Rien n’est perdu. Voici ce qui diffère ; le formulaire ci-dessous contient votre texte. Enregistrez pour qu’il remplace l’autre.",
        "Nothing is lost. Here is what differs; the form below holds your text. Save to have it replace the other.";
    form_stale_theirs: "Enregistré", "Saved";
    form_stale_yours: "Votre texte", "Your text";
    form_stale_caption: "Différences avec ce qui est enregistré", "Differences with what is saved";
    form_field_name: "Champ", "Field";
    form_no_difference: "Aucune différence : votre texte est déjà enregistré.", "No difference: your text is saved already.";
    form_draft_found(when: &str): ("Un texte non enregistré du {when} a été gardé."), ("A text not saved, of {when}, was kept.");
    form_draft_resume: "Le reprendre", "Take it up again";
    form_error_one: "point à revoir", "point to look at";
    form_error_many: "points à revoir", "points to look at";
    form_error_named(field: &str, problem: &str): ("{field} : {problem}"), ("{field}: {problem}");
    absent: "rien", "nothing";

    sign_title: "Consigner les signatures", "Record the signatures";
    sign_lead: "La signature est un fait : consignez-la quand le document est signé. Ensuite, cette version ne change plus.",
        "A signature is a fact: record it once the document is signed. From then on this revision cannot change.";
    sign_this(who: &str): ("Consigner la signature {}", of(who)), ("Record the signature of {who}");
    sign_evidence: "Ce qui l’atteste", "What attests to it";
    sign_evidence_help: "Courriel, cérémonie, page publique, en quelques mots. Pour une partie sans compte, il faut ces mots ou un document.",
        "E-mail, ceremony, public page, in a few words. For a party without an account, these words or a document are needed.";
    sign_on_behalf: "Cette partie n’a pas de compte : vous consignez en son nom.", "This party has no account: you record on its behalf.";
    sign_others(who: &str): ("{who} a un service ici : c’est à lui de consigner sa signature."),
        ("{who} has an office here: it records its own signature.");
    sign_none: "Il n’y a aucune signature que vous puissiez consigner.", "There is no signature that you can record.";
    sign_choose: "Cochez au moins une signature.", "Tick at least one signature.";

    search_title: "Recherche", "Search";
    search_results(what: &str): ("Résultats pour « {what} »"), ("Results for “{what}”");
    search_empty: "Écrivez un ou deux mots : un titre, un établissement, une ville, un code.",
        "Write a word or two: a title, an institution, a city, a code.";
    search_nothing(what: &str): ("Rien ne correspond à « {what} »."), ("Nothing matches “{what}”.");
    search_nothing_text: "Le début d’un mot suffit ; accents et majuscules ne comptent pas.",
        "The beginning of a word is enough; accents and capitals do not matter.";
    see_all: "Tout voir", "See all";

    home_lead: "Qui s’est accordé avec qui, sur quoi, et jusqu’à quand.", "Who has agreed with whom, on what, and until when.";
    home_agreements: "accords publiés", "published agreements";
    home_institutions: "établissements et organismes", "institutions and organisations";
    home_countries: "pays", "countries";
    home_recent: "Derniers accords", "Latest agreements";
    home_ending: "Bientôt échus", "Ending soon";
    home_ending_none: "Aucun accord publié n’arrive à échéance dans les douze mois.",
        "No published agreement ends within twelve months.";
    home_drafts: "Brouillons de votre service", "Drafts of your office";
    home_drafts_none: "Aucun brouillon en cours.", "No draft under way.";
}

use super::{Texts, of};
use domain::partial_date::PartialDate;

impl Texts {
    /// Since a date, which may be a month or a year.
    pub fn since(self, date: PartialDate) -> String {
        let words = date.show(self.0);
        if is_day(date) { self.since_day(&words) } else { self.since_about(&words) }
    }

    /// That something is in force, and since when as far as that is known.
    pub fn in_force_since(self, date: Option<PartialDate>) -> String {
        let Some(date) = date else { return self.in_force_undated().to_owned() };
        let words = date.show(self.0);
        if is_day(date) { self.in_force_since_day(&words) } else { self.in_force_since_about(&words) }
    }

    /// Until a date.
    pub fn until(self, date: PartialDate) -> String {
        let words = date.show(self.0);
        if is_day(date) { self.until_day(&words) } else { self.until_about(&words) }
    }

    /// When something happened, after a verb: `le 17 avril 2024`, `en 2024`.
    pub fn dated(self, date: PartialDate) -> String {
        let words = date.show(self.0);
        if is_day(date) { self.on_day(&words) } else { self.on_about(&words) }
    }

    /// The name of a field of the form, from its path.
    pub fn form_field(self, path: &str) -> String {
        let steps: Vec<&str> = path.split('.').collect();
        let number = |step: &str| step.parse::<usize>().map_or(0, |i| i + 1);
        match steps.as_slice() {
            ["parties", i, field] => format!("{}, {}", self.form_party(number(i)), self.form_leaf(field)),
            ["parties", i, "contacts", c, field] => {
                let (party, contact) = (self.form_party(number(i)), self.form_contact(number(c)));
                format!("{party}, {contact}, {}", self.form_leaf(field))
            }
            ["commitments", i, field] => {
                format!("{}, {}", self.form_commitment(number(i)), self.form_commitment_leaf(field))
            }
            ["flows", i, rest @ ..] => {
                format!("{}, {}", self.form_flow(number(i)), self.form_flow_leaf(rest))
            }
            ["pools", i, rest @ ..] => {
                format!("{}, {}", self.form_pool(number(i)), self.form_flow_leaf(rest))
            }
            ["sources", i, field] => {
                format!("{}, {}", self.form_source(number(i)), self.form_source_leaf(field))
            }
            [field] => self.form_leaf(field).to_owned(),
            _ => path.to_owned(),
        }
    }

    fn form_leaf(self, field: &str) -> &'static str {
        match field {
            "kind" => self.form_kind(),
            "title_fr" => self.form_title_fr(),
            "title_en" => self.form_title_en(),
            "starts" => self.form_starts(),
            "ends" => self.form_ends(),
            "starts_to_confirm" | "ends_to_confirm" => self.form_to_confirm(),
            "is_open_ended" => self.form_open_ended(),
            "notice_months" => self.form_notice(),
            "renewal" => self.form_renewal(),
            "renewal_months" => self.form_renewal_months(),
            "summary_fr" => self.form_summary_fr(),
            "summary_en" => self.form_summary_en(),
            "terms_fr" => self.form_terms_fr(),
            "terms_en" => self.form_terms_en(),
            "fields" => self.form_fields(),
            "visibility" => self.form_visibility(),
            "institution" | "search" => self.form_institution(),
            "role" => self.form_role(),
            "reference" => self.form_reference(),
            "signatory" => self.form_signatory(),
            "signatory_title" => self.form_signatory_title(),
            "signed_on" => self.form_signed_on(),
            "name" => self.form_contact_name(),
            "email" => self.form_contact_email(),
            _ => self.form_field_name(),
        }
    }

    fn form_source_leaf(self, field: &str) -> &'static str {
        match field {
            "title" => self.form_source_title(),
            "url" => self.form_source_url(),
            "read_on" => self.form_source_read_on(),
            "note" => self.form_source_note(),
            _ => self.form_to_confirm(),
        }
    }
}

const fn is_day(date: PartialDate) -> bool {
    matches!(date, PartialDate::Day(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::lang::Lang;

    #[test]
    fn dates_take_the_words_that_their_precision_asks_for() {
        let date = |raw: &str| PartialDate::parse(raw).expect("a date");
        let (fr, en) = (Texts(Lang::Fr), Texts(Lang::En));
        assert_eq!(fr.since(date("2026-09-01")), "depuis le 1er septembre 2026");
        assert_eq!(fr.since(date("2026-09")), "depuis septembre 2026");
        assert_eq!(fr.until(date("2031-08-31")), "jusqu’au 31 août 2031");
        assert_eq!(fr.until(date("2031")), "jusqu’en 2031");
        assert_eq!(fr.dated(date("2024-05")), "en mai 2024");
        assert_eq!(en.dated(date("2024-05-01")), "on May 1, 2024");
        assert_eq!(en.dated(date("2024")), "in 2024");
    }
}
