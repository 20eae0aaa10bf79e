//! Institutions: the list, one institution, its form.

use super::{Texts, of};
use domain::identifier::IdentifierKind;

texts! {
    institution_count_word: "établissement", "institution";
    institution_count_words: "établissements", "institutions";
    institutions_lead: "Tout ce qui peut être partie à un accord : universités, écoles, composantes, collectivités, entreprises.",
        "Anything that can be a party to an agreement: universities, schools, units, authorities, companies.";
    new_institution: "Ajouter un établissement", "Add an institution";
    edit_institution(name: &str): ("Modifier « {name} »"), ("Edit “{name}”");
    column_institution: "Nom", "Name";
    column_institution_kind: "Nature", "Kind";
    column_place: "Lieu", "Place";
    filter_institution_country: "Pays", "Country";
    no_institution_title: "Aucun établissement ne correspond", "No institution matches";
    no_institution_text: "Retirez un filtre, ou cherchez le début d’un mot du nom.", "Remove a filter, or search for the beginning of a word of the name.";
    unit_of(name: &str): ("composante {}", of(name)), ("unit of {name}");
    section_units: "Composantes", "Units";
    section_agreements: "Accords", "Agreements";
    section_identity: "Identité", "Identity";
    institution_no_agreement: "Aucun accord publié ne nomme cet établissement.", "No published agreement names this institution.";
    institution_members: "Membres du service", "Members of the office";
    fact_country: "Pays", "Country";
    fact_city: "Ville", "City";
    fact_site: "Site", "Site";
    fact_parent: "Fait partie de", "Part of";
    fact_successor: "Remplacé par", "Replaced by";
    fact_coordinates: "Coordonnées", "Coordinates";
    fact_names: "Noms", "Names";
    identifier_flagged: "ne suit pas le modèle, gardé tel quel", "does not follow the pattern, kept as given";
    institution_form_lead: "Un nom, une nature et un pays suffisent.", "A name, a kind and a country are enough.";
    form_identity: "Identité", "Identity";
    form_name_fr: "Nom en français", "Name in French";
    form_name_en: "Nom en anglais", "Name in English";
    form_name_help: "Un nom suffit, dans l’une ou l’autre langue.", "One name is enough, in either language.";
    form_name_other: "Nom dans une autre langue", "Name in another language";
    form_language_other: "Code de cette langue", "Code of that language";
    form_language_help: "Par exemple ja, de, pt-BR.", "For example ja, de, pt-BR.";
    form_country: "Pays", "Country";
    form_city: "Ville", "City";
    form_coordinates: "Coordonnées", "Coordinates";
    form_coordinates_help: "Latitude puis longitude en degrés, par exemple 48.845, 2.339.", "Latitude then longitude in degrees, for example 48.845, 2.339.";
    form_site: "Site", "Site";
    form_parent: "Composante de", "Unit of";
    form_parent_help: "Nécessaire pour une composante.", "Needed for a unit.";
    form_successor: "Remplacé par", "Replaced by";
    form_identifiers: "Identifiants publics", "Public identifiers";
    form_identifiers_help: "Tous facultatifs. Ils évitent les doublons.", "All optional. They prevent duplicates.";
    form_keep_erasmus: "Garder ce code Erasmus tel quel, signalé comme douteux", "Keep this Erasmus code as given, flagged as doubtful";
    form_choose: "Choisir…", "Choose…";
    done_institution_created: "L’établissement est ajouté.", "The institution is added.";
    duplicate_title: "Cet établissement existe peut-être déjà", "This institution may exist already";
    duplicate_body: "Rien n’est enregistré. Regardez ces établissements ; si le vôtre est un autre, cochez la case et enregistrez.",
        "Nothing is saved. Look at these institutions; if yours is another one, tick the box and save.";
    duplicate_confirm: "C’est un autre établissement", "It is another institution";
}

impl Texts {
    /// The name of a field of the form of an institution.
    pub fn institution_field(self, field: &str) -> String {
        let words = match field {
            "kind" => self.column_institution_kind(),
            "name_fr" => self.form_name_fr(),
            "name_en" => self.form_name_en(),
            "name_other" => self.form_name_other(),
            "language_other" => self.form_language_other(),
            "country" => self.form_country(),
            "city" => self.form_city(),
            "coordinates" => self.form_coordinates(),
            "site" => self.form_site(),
            "parent" => self.form_parent(),
            "successor" => self.form_successor(),
            "keep_erasmus" => self.form_keep_erasmus(),
            code => match IdentifierKind::from_code(code) {
                Some(kind) => self.identifier_kind(kind),
                None => return code.to_owned(),
            },
        };
        words.to_owned()
    }
}
