//! Imports: what a file is read as, and what its rows do.

use super::Texts;
use domain::{
    identifier::IdentifierKind,
    import::{
        ImportKind, ImportState, ListColumn, Unreadable,
        plan::{Outcome, Reason},
    },
    lang::Lang,
    problem::Problem,
};

texts! {
    imports: "Imports", "Imports";
    imports_lead: "Reprendre une liste d’établissements, par exemple celle des établissements accrédités Erasmus+, ou une liste d’accords. Rien n’est écrit avant votre accord.",
        "Take in a list of institutions, for example that of those accredited for Erasmus+, or a list of agreements. Nothing is written before you agree.";
    imports_lead_office: "Reprendre une liste des accords de votre établissement. Rien n’est écrit avant votre accord.",
        "Take in a list of your institution’s agreements. Nothing is written before you agree.";
    import_kind_word: "Liste", "List";
    import_evidence(file: &str, row: u32): ("Accord papier importé : {file}, ligne {row}."), ("Imported paper agreement: {file}, row {row}.");
    import_column_source: "Titre de la source", "Title of the source";
    import_column_link: "Adresse de la source", "Address of the source";
    import_column_party: "Partie (nom ou identifiant)", "Party (name or identifier)";
    import_column_reference: "Référence de la partie", "Reference of the party";
    imports_none: "Aucun import pour l’instant.", "No import yet.";
    imports_done: "Imports précédents", "Earlier imports";
    import_bring: "Apporter un fichier", "Bring a file";
    import_file: "Fichier", "File";
    import_file_help: "XLSX ou CSV, 16 Mo au plus. Les colonnes sont reconnues à leurs en-têtes.", "XLSX or CSV, at most 16 MB. Columns are recognised by their headers.";
    import_encoding: "Encodage d’un fichier CSV", "Encoding of a CSV file";
    import_encoding_help: "À indiquer seulement s’il n’est pas en Unicode.", "Only to be named where it is not Unicode.";
    import_encoding_unicode: "Unicode (UTF-8, UTF-16)", "Unicode (UTF-8, UTF-16)";
    import_look: "Voir ce que ferait ce fichier", "See what this file would do";
    import_state_word: "État", "State";
    import_row: "Ligne", "Row";
    import_rows: "Lignes", "Rows";
    import_rows_told: "celles qui changent ou ont des remarques", "those that change or have remarks";
    import_outcome_word: "Effet", "Effect";
    import_reasons: "Remarques", "Remarks";
    import_no_row: "Aucune ligne de ce genre.", "No row of this kind.";
    import_title(name: &str): ("Import de « {name} »"), ("Import of “{name}”");
    import_summary(read: &str, new: &str, same: &str, changed: &str, flagged: &str, refused: &str):
        ("Lignes lues : {read}. Nouvelles : {new}, identiques : {same}, modifiées : {changed}, avec remarques : {flagged}, refusées : {refused}."),
        ("Rows read: {read}. New: {new}, same: {same}, changed: {changed}, with remarks: {flagged}, refused: {refused}.");
    import_columns: "Colonnes", "Columns";
    import_columns_correct: "Voir et corriger ce que les colonnes veulent dire", "See and correct what the columns mean";
    import_column_number(number: usize): ("Colonne {number}"), ("Column {number}");
    import_column_aside: "Laissée de côté", "Left aside";
    import_example(cell: &str): ("Par exemple : {cell}"), ("For example: {cell}");
    import_map: "Relire le fichier ainsi", "Read the file this way";
    import_mapped: "Le fichier est relu ainsi.", "The file is read this way.";
    import_confirm(count: &str): ("Écrire ces lignes ({count})"), ("Write these rows ({count})");
    import_begun: "L’import est en cours.", "The import is under way.";
    import_under_way: "Écriture en cours", "Being written";
    import_progress(rows: &str, of: &str): ("Lignes écrites : {rows} sur {of}. Rien n’est définitif avant la dernière."), ("Rows written: {rows} of {of}. Nothing lasts before the last one.");
    import_refresh: "Voir où il en est", "See how far it is";
    import_elsewhere(since: &str): ("Cet import a commencé le {since} et n’est pas fini : soit un autre serveur l’écrit encore, soit il a été interrompu, et rien n’a été écrit. Le relancer ne fait rien deux fois."),
        ("This import was begun on {since} and is not over: either another server is still writing it, or it was interrupted, and nothing was written. Starting it again does nothing twice.");
    import_change(field: &str, before: &str, after: &str): ("{field} : « {before} » devient « {after} »."), ("{field}: “{before}” becomes “{after}”.");
    import_change_new(field: &str, after: &str): ("{field} : « {after} » s’ajoute."), ("{field}: “{after}” is added.");
    import_change_gone(field: &str, before: &str): ("{field} : « {before} » disparaît."), ("{field}: “{before}” goes.");
    import_confirmed: "L’import est fait.", "The import is done.";
    import_discard: "Jeter ce fichier", "Throw this file away";
    import_discarded: "Le fichier est jeté, rien n’a été écrit.", "The file is thrown away, nothing was written.";
    import_undo: "Défaire cet import", "Undo this import";
    import_undo_warning: "Ce qu’il a ajouté disparaît, ce qu’il a modifié redevient comme avant.", "What it added goes, what it changed becomes as it was.";
    import_aside(headers: &str): ("Colonnes laissées de côté : {headers}."), ("Columns left aside: {headers}.");
    import_nothing: "Aucune ligne à écrire.", "No row to write.";
    import_encoding_western: "Windows-1252 (Europe de l’Ouest)", "Windows-1252 (Western Europe)";
    import_encoding_central: "Windows-1250 (Europe centrale)", "Windows-1250 (Central Europe)";
    import_encoding_greek: "Windows-1253 (grec)", "Windows-1253 (Greek)";
    import_encoding_turkish: "Windows-1254 (turc)", "Windows-1254 (Turkish)";
    import_settled(agreement: &str): ("L’accord ({agreement}) est déjà partagé ou signé : proposez la modification depuis sa page."), ("The agreement ({agreement}) is already shared or signed: propose the change on its page.");
    import_unknown_id(value: &str): ("Aucun accord que vous pouvez lire n’a l’identifiant « {value} »."), ("No agreement that you may read has the id “{value}”.");
    import_tags_left_out(value: &str): ("Étiquettes non posées : {value}. Un import n’étiquette que les nouveaux accords de votre établissement ; étiquetez les autres depuis leur liste."),
        ("Tags not put on it: {value}. An import tags new agreements of your own institution only; tag others from their list.");
    import_choose: "Choisissez un fichier.", "Choose a file.";
    import_undone: "L’import est défait.", "The import is undone.";
    import_touched(what: &str): ("Rien n’est défait. Ce que quelqu’un a modifié ou utilisé depuis : {what}."), ("Nothing is undone. What somebody has changed or used since: {what}.");
    import_column_name: "Nom (langue non précisée)", "Name (language not stated)";
}

impl Texts {
    /// What a column means.
    pub fn import_column(self, column: ListColumn) -> &'static str {
        match column {
            ListColumn::Name => self.import_column_name(),
            ListColumn::NameFr => self.form_name_fr(),
            ListColumn::NameEn => self.form_name_en(),
            ListColumn::Kind => self.column_institution_kind(),
            ListColumn::Country => self.form_country(),
            ListColumn::City => self.form_city(),
            ListColumn::Site => self.form_site(),
            ListColumn::HeiId => self.identifier_kind(IdentifierKind::HeiId),
            ListColumn::Erasmus => self.identifier_kind(IdentifierKind::Erasmus),
            ListColumn::Pic => self.identifier_kind(IdentifierKind::Pic),
            ListColumn::Oid => self.identifier_kind(IdentifierKind::Oid),
            ListColumn::Ror => self.identifier_kind(IdentifierKind::Ror),
            ListColumn::Id => self.export_id(),
            ListColumn::TitleFr => self.form_title_fr(),
            ListColumn::TitleEn => self.form_title_en(),
            ListColumn::AgreementKind => self.filter_kind(),
            ListColumn::Party => self.import_column_party(),
            ListColumn::Role => self.form_role(),
            ListColumn::Reference => self.import_column_reference(),
            ListColumn::Signatory => self.form_signatory(),
            ListColumn::SignatoryTitle => self.form_signatory_title(),
            ListColumn::SignedOn => self.form_signed_on(),
            ListColumn::Starts => self.form_starts(),
            ListColumn::Ends => self.form_ends(),
            ListColumn::OpenEnded => self.form_open_ended(),
            ListColumn::NoticeMonths => self.form_notice(),
            ListColumn::Renewal => self.form_renewal(),
            ListColumn::RenewalMonths => self.form_renewal_months(),
            ListColumn::SummaryFr => self.form_summary_fr(),
            ListColumn::SummaryEn => self.form_summary_en(),
            ListColumn::Fields => self.form_fields(),
            ListColumn::Visibility => self.form_visibility(),
            ListColumn::Source => self.import_column_source(),
            ListColumn::Link => self.import_column_link(),
            ListColumn::Tags => self.column_tags(),
        }
    }

    /// What a row would change of a field of the form.
    pub fn import_said(self, kind: ImportKind, field: &str, before: &str, after: &str) -> String {
        let field = match kind {
            ImportKind::Agreements => self.form_field(field),
            ImportKind::Institutions => self.institution_field(field),
        };
        match (before.is_empty(), after.is_empty()) {
            (true, _) => self.import_change_new(&field, after),
            (_, true) => self.import_change_gone(&field, before),
            _ => self.import_change(&field, before, after),
        }
    }

    /// What a list is of.
    pub const fn import_kind(self, kind: ImportKind) -> &'static str {
        match kind {
            ImportKind::Institutions => self.institutions(),
            ImportKind::Agreements => self.agreements(),
        }
    }

    /// How far an import is, in a word.
    pub const fn import_state(self, state: ImportState) -> &'static str {
        match (self.0, state) {
            (Lang::Fr, ImportState::Read) => "à confirmer",
            (Lang::En, ImportState::Read) => "to be confirmed",
            (Lang::Fr, ImportState::Done) => "fait",
            (Lang::En, ImportState::Done) => "done",
            (Lang::Fr, ImportState::Undone) => "défait",
            (Lang::En, ImportState::Undone) => "undone",
        }
    }

    /// How far an import is, in a sentence.
    pub const fn import_state_sentence(self, state: ImportState) -> &'static str {
        match (self.0, state) {
            (Lang::Fr, ImportState::Read) => {
                "Rien n’est écrit. Voici ce que ferait chaque ligne ; les lignes refusées ne seraient pas reprises."
            }
            (Lang::En, ImportState::Read) => {
                "Nothing is written. This is what each row would do; refused rows would not be taken."
            }
            (Lang::Fr, ImportState::Done) => "Cet import est fait : voici ce qu’a fait chaque ligne.",
            (Lang::En, ImportState::Done) => "This import is done: this is what each row did.",
            (Lang::Fr, ImportState::Undone) => "Cet import a été défait : tout est comme avant lui.",
            (Lang::En, ImportState::Undone) => "This import was undone: all is as it was before it.",
        }
    }

    /// What a row does.
    pub const fn import_outcome(self, outcome: Outcome) -> &'static str {
        match (self.0, outcome) {
            (Lang::Fr, Outcome::New) => "nouveau",
            (Lang::En, Outcome::New) => "new",
            (Lang::Fr, Outcome::Same) => "identique",
            (Lang::En, Outcome::Same) => "same",
            (Lang::Fr, Outcome::Changed) => "modifié",
            (Lang::En, Outcome::Changed) => "changed",
            (Lang::Fr, Outcome::Refused) => "refusé",
            (Lang::En, Outcome::Refused) => "refused",
        }
    }

    /// Why a row is refused, or what of it is left out or kept as given.
    pub fn import_reason(self, reason: &Reason) -> String {
        let say = |fr: String, en: String| match self.0 {
            Lang::Fr => fr,
            Lang::En => en,
        };
        match reason {
            Reason::LeftOut { column, value, problem: Problem::Required } if value.is_empty() => {
                let column = self.import_column(*column);
                say(format!("{column} : il n’y a rien."), format!("{column}: there is nothing."))
            }
            Reason::LeftOut { column, value, problem } if value.is_empty() => {
                self.form_error_named(self.import_column(*column), &self.import_problem(problem))
            }
            Reason::LeftOut { column, value, problem } => {
                let (column, problem) = (self.import_column(*column), self.import_problem(problem));
                say(
                    format!("{column} : « {value} » n’est pas repris. {problem}"),
                    format!("{column}: “{value}” is not taken. {problem}"),
                )
            }
            Reason::KeptAsGiven { column, value } => {
                let column = self.import_column(*column);
                say(
                    format!("{column} : « {value} » ne suit pas le modèle, gardé tel quel."),
                    format!("{column}: “{value}” does not follow the pattern, kept as given."),
                )
            }
            Reason::Taken { column, value, institution } => {
                let column = self.import_column(*column);
                say(
                    format!(
                        "{column} : « {value} » appartient à un autre établissement ({institution}), non repris."
                    ),
                    format!("{column}: “{value}” belongs to another institution ({institution}), not taken."),
                )
            }
            Reason::TakenByRow { column, value, row } => {
                let column = self.import_column(*column);
                say(
                    format!("{column} : « {value} » figure déjà à la ligne {row}, non repris."),
                    format!("{column}: “{value}” stands in row {row} already, not taken."),
                )
            }
            Reason::Former { column, value } => {
                let column = self.import_column(*column);
                say(
                    format!(
                        "{column} : « {value} » appartient à un établissement réuni depuis avec celui-ci : non repris."
                    ),
                    format!(
                        "{column}: “{value}” belongs to an institution that was since merged into this one: not taken."
                    ),
                )
            }
            Reason::NameLeftOut { value } => say(
                format!(
                    "Le nom « {value} » n’est pas repris : l’établissement a déjà un nom dans une troisième langue."
                ),
                format!(
                    "The name “{value}” is not taken: the institution has a name in a third language already."
                ),
            ),
            Reason::LikelyDuplicate { institutions } => {
                let ids = institutions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                say(
                    format!(
                        "Un établissement de ce nom existe déjà dans ce pays ({ids}) : donnez un identifiant, ou fusionnez-les."
                    ),
                    format!(
                        "An institution of this name is there already in this country ({ids}): give an identifier, or merge them."
                    ),
                )
            }
            Reason::UnknownParty { value, nearest } => self.unknown_party(value, nearest),
            Reason::AmbiguousParty { value, institutions } => {
                let count = institutions.len();
                say(
                    format!("« {value} » désigne {count} établissements : donnez un identifiant."),
                    format!("“{value}” names {count} institutions: give an identifier."),
                )
            }
            Reason::NotYours => self
                .of("Aucune partie n’est votre établissement.", "None of the parties is your institution.")
                .to_owned(),
            Reason::Settled { agreement } => self.import_settled(&agreement.to_string()),
            Reason::AnnouncedOnly { value } => say(
                format!(
                    "{value} : signature seulement annoncée, un responsable de la partie l’enregistrera."
                ),
                format!("{value}: signature only announced, for a lead of the party to record."),
            ),
            Reason::UnknownId { value } => self.import_unknown_id(value),
            Reason::TagsLeftOut { value } => self.import_tags_left_out(value),
            Reason::SameAsRow { row } => {
                say(format!("Dit la même chose que la ligne {row}."), format!("Says the same as row {row}."))
            }
        }
    }

    fn unknown_party(self, value: &str, names: &[String]) -> String {
        let nearest = names.join(self.of(" », « ", "”, “"));
        let (fr, en) = if names.is_empty() {
            (String::new(), String::new())
        } else {
            match names.len() {
                1 => (format!(" Le plus proche : « {nearest} »."), format!(" The nearest: “{nearest}”.")),
                _ => (format!(" Les plus proches : « {nearest} »."), format!(" The nearest: “{nearest}”.")),
            }
        };
        match self.0 {
            Lang::Fr => {
                format!("Aucun établissement ne s’appelle « {value} » ni ne porte cet identifiant.{fr}")
            }
            Lang::En => format!("No institution is named “{value}” or bears that identifier.{en}"),
        }
    }

    /// What is wrong with a cell: as in a form, but for what a form would ask to do.
    fn import_problem(self, problem: &Problem) -> String {
        let say = |fr: &str, en: &str| match self.0 {
            Lang::Fr => fr.to_owned(),
            Lang::En => en.to_owned(),
        };
        match problem {
            Problem::NotACountry => {
                say("Ce n’est pas un pays connu.", "This is not a country that is known.")
            }
            Problem::NotAChoice => say("Cette valeur n’est pas connue.", "This value is not known."),
            other => self.problem(other),
        }
    }

    /// Why a file cannot be read, and what to do about it.
    pub fn import_unreadable(self, why: Unreadable) -> String {
        let say = |fr: &str, en: &str| match self.0 {
            Lang::Fr => fr.to_owned(),
            Lang::En => en.to_owned(),
        };
        match why {
            Unreadable::NoFile => self.import_choose().to_owned(),
            Unreadable::Empty => say("Le fichier ne contient aucune ligne.", "The file holds no row."),
            Unreadable::NoHeaders => say(
                "Aucune ligne d’en-têtes n’est reconnue parmi les 20 premières : nommez les colonnes, par exemple « Nom », « Pays », « PIC ».",
                "No row of headers is recognised among the first 20: name the columns, for example “Name”, “Country”, “PIC”.",
            ),
            Unreadable::NoName => say(
                "Aucune colonne ne contient les noms des établissements.",
                "No column holds the institutions’ names.",
            ),
            Unreadable::NoCountry => say(
                "Aucune colonne ne contient les pays des établissements, ni leurs codes Erasmus, qui les diraient.",
                "No column holds the institutions’ countries, nor their Erasmus codes, which would tell them.",
            ),
            Unreadable::NoTitle => say(
                "Aucune colonne ne contient les titres des accords.",
                "No column holds the agreements’ titles.",
            ),
            Unreadable::NoParties => say(
                "Aucune colonne ne contient les parties des accords.",
                "No column holds the agreements’ parties.",
            ),
            Unreadable::NoStudentColumns => say(
                "Aucune des 20 premières lignes ne nomme une colonne de noms et une d’adresses électroniques : par exemple « Nom », « Prénom », « Courriel ».",
                "None of the first 20 rows names a column of names and one of e-mail addresses: for example “Family name”, “Given name”, “E-mail”.",
            ),
            Unreadable::NotATable => say(
                "Ce fichier n’est ni un classeur XLSX ni un texte CSV.",
                "This file is neither an XLSX workbook nor a CSV text.",
            ),
            Unreadable::OldWorkbook => say(
                "Ce classeur est d’un ancien format (XLS), ou protégé par un mot de passe : enregistrez-le en XLSX, sans mot de passe.",
                "This workbook has an old format (XLS), or a password: save it as XLSX, without a password.",
            ),
            Unreadable::TooLarge { max } => say(
                &format!("Ce fichier est trop grand : {max} Mo au plus."),
                &format!("This file is too large: at most {max} MB."),
            ),
            Unreadable::Expands { max } => say(
                &format!("Ce fichier contient trop de données une fois décompressé : {max} Mo au plus."),
                &format!("This file holds too much once it is unpacked: at most {max} MB."),
            ),
            Unreadable::Entities => say(
                "Ce classeur contient une déclaration de type de document (DOCTYPE), ce qu’aucun tableur n’écrit : refusé.",
                "This workbook holds a document type (DOCTYPE), which no spreadsheet writes: refused.",
            ),
            Unreadable::Damaged => say("Ce fichier est endommagé.", "This file is damaged."),
            Unreadable::Encoding { line } => say(
                &format!(
                    "Ce texte n’est pas en UTF-8 (ligne {line}) : enregistrez-le en « CSV UTF-8 », ou indiquez son encodage, par exemple windows-1252."
                ),
                &format!(
                    "This text is not UTF-8 (line {line}): save it as “CSV UTF-8”, or name its encoding, for example windows-1252."
                ),
            ),
            Unreadable::UnknownEncoding => {
                say("Cet encodage n’est pas connu.", "This encoding is not known.")
            }
            Unreadable::TooManyRows { max } => say(
                &format!("Il y a plus de {max} lignes : partagez le fichier."),
                &format!("There are more than {max} rows: split the file."),
            ),
            Unreadable::TooManyColumns { max, row } => say(
                &format!("Il y a plus de {max} colonnes (ligne {row})."),
                &format!("There are more than {max} columns (row {row})."),
            ),
            Unreadable::CellTooLong { max, row } => say(
                &format!("Une cellule de la ligne {row} a plus de {max} octets."),
                &format!("A cell of row {row} has more than {max} bytes."),
            ),
        }
    }
}
