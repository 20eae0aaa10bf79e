//! Documents of agreements.

use super::Texts;
use domain::{
    document::{DocumentKind, DocumentVisibility, FileFormat},
    lang::Lang,
};

texts! {
    section_documents: "Documents", "Documents";
    documents_none: "Aucun document pour l’instant.", "No document yet.";
    document_new: "Ajouter un document", "Add a document";
    document_new_lead: "Un fichier, ou un lien vers l’endroit où il se trouve. Il reste attaché à l’accord, quelles que soient ses versions suivantes.",
        "A file, or a link to where it is. It stays with the agreement, whatever its later revisions.";
    document_edit: "Modifier ce qui est dit du document", "Change what is said of the document";
    document_remove: "Retirer le document", "Remove the document";
    document_remove_of(title: &str): ("Retirer « {title} » ?"), ("Remove “{title}”?");
    document_remove_lead: "Le fichier est effacé. Le journal garde la trace de son titre et de son empreinte.",
        "The file is erased. The audit trail keeps its title and its hash.";
    document_title: "Titre", "Title";
    document_title_help: "Laissé vide, le nom du fichier.", "Left empty, the name of the file.";
    document_kind_label: "Nature du document", "What it is";
    document_choose: "Choisir", "Choose";
    document_language: "Langue du document", "Language of the document";
    document_language_none: "Non précisée", "Not said";
    document_visibility_label: "Qui peut le lire", "Who may read it";
    document_revision: "Version dont il porte le texte", "Revision whose text it holds";
    document_revision_none: "Aucune en particulier", "None in particular";
    document_printed_on: "Imprimé le", "Printed on";
    document_sent_on: "Envoyé le", "Sent on";
    document_signed_on: "Signé le", "Signed on";
    document_file: "Fichier", "File";
    document_file_help: "PDF, DOCX, ODT, PNG ou JPEG, 25 Mo au plus.", "PDF, DOCX, ODT, PNG or JPEG, at most 25 MB.";
    document_file_again: "Choisissez de nouveau le fichier : un navigateur ne le garde pas.", "Choose the file again: a browser does not keep it.";
    document_link: "Ou un lien", "Or a link";
    document_link_help: "L’adresse où le document se trouve, s’il n’est pas déposé ici.", "The address where the document is, if it is not put here.";
    do_add_document: "Ajouter le document", "Add the document";
    do_edit_document: "Modifier", "Edit";
    do_remove_document: "Retirer", "Remove";
    do_save_document: "Enregistrer", "Save";
    done_document_added: "Le document est ajouté.", "The document is added.";
    done_document_saved: "Le document est modifié.", "The document is changed.";
    done_document_removed: "Le document est retiré.", "The document is removed.";
    document_of_revision(number: i64): ("version {number}"), ("revision {number}");
    document_link_to(host: &str): ("lien vers {host}"), ("link to {host}");
    document_printed(on: &str): ("imprimé {on}"), ("printed {on}");
    document_sent(on: &str): ("envoyé {on}"), ("sent {on}");
    document_signed(on: &str): ("signé {on}"), ("signed {on}");
    revision_print: "Version imprimable", "Printable page";
    revision_pdf: "Enregistrer en PDF", "Save as PDF";
    revision_print_help: "Imprimez cette page, ou enregistrez-la en PDF : l’empreinte du contenu y figure.",
        "Print this page, or save it as PDF: it bears the hash of the content.";
    revision_not_ruling: "pas en vigueur à ce jour", "not ruling today";
    printed_on(on: &str): ("Établi le {on}"), ("Drawn up on {on}");
    column_party: "Partie", "Party";
    column_approval: "Approbation", "Approval";
    column_signature: "Signature", "Signature";
    document_attests: "Atteste un fait de cet accord : il y reste.", "Attests to a fact of this agreement: it stays.";
    evidence_document: "Document qui l’atteste", "Document that attests to it";
    evidence_document_none: "Aucun", "None";
    evidence_document_help: "Un document de cet accord. Tant qu’il atteste quelque chose, il ne peut être ni retiré ni caché.",
        "A document of this agreement. As long as it attests to something, it can be neither removed nor hidden.";
    evidence_document_unseen: "un document gardé par un autre service", "a document kept by another office";
    evidence_attested_by: "Attesté par", "Attested by";
    upload_under_way: "Envoi du fichier", "Sending the file";
    upload_percent(percent: u32): ("{percent} % envoyés"), ("{percent}% sent");
    upload_failed: "L’envoi n’a pas abouti. Vérifiez la connexion, puis recommencez : rien de ce qui est saisi n’est perdu.",
        "The file could not be sent. Check the connection, then try again: nothing you typed is lost.";
}

impl Texts {
    /// What a document is.
    pub const fn document_kind(self, kind: DocumentKind) -> &'static str {
        match kind {
            DocumentKind::SignedOriginal => self.of("Original signé", "Signed original"),
            DocumentKind::Draft => self.of("Projet", "Draft"),
            DocumentKind::Annex => self.of("Annexe", "Annex"),
            DocumentKind::Translation => self.of("Traduction", "Translation"),
            DocumentKind::Letter => self.of("Courrier", "Letter"),
            DocumentKind::Minutes => self.of("Compte rendu", "Minutes"),
            DocumentKind::Other => self.of("Autre document", "Other document"),
        }
    }

    /// Who may read a document.
    pub const fn document_visibility(self, visibility: DocumentVisibility) -> &'static str {
        match visibility {
            DocumentVisibility::Public => self.of("Tout le monde", "Everyone"),
            DocumentVisibility::Parties => self.of("Les services des parties", "The offices of the parties"),
            DocumentVisibility::Office => self.of("Votre service seulement", "Your office only"),
        }
    }

    /// What that means.
    pub const fn document_visibility_help(self, visibility: DocumentVisibility) -> &'static str {
        match visibility {
            DocumentVisibility::Public => {
                self.of("Dès que l’accord est publié.", "As soon as the agreement is published.")
            }
            DocumentVisibility::Parties => {
                self.of("Dès que l’accord est partagé.", "As soon as the agreement is shared.")
            }
            DocumentVisibility::Office => self.of("Le service qui l’ajoute.", "The office that adds it."),
        }
    }

    /// A mark beside a document for who may read it.
    pub const fn document_mark(self, visibility: DocumentVisibility) -> &'static str {
        match visibility {
            DocumentVisibility::Public => self.of("Public", "Public"),
            DocumentVisibility::Parties => self.of("Parties", "Parties"),
            DocumentVisibility::Office => self.of("Service", "Office"),
        }
    }

    /// The format and the size of a file, such as `PDF, 1,4 Mo`.
    pub fn file_size(self, format: FileFormat, bytes: i64) -> String {
        let format = format.code().to_uppercase();
        let (unit, whole, tenths) = if bytes < 1 << 20 {
            (["Ko", "kB"], (bytes + 1_023) / 1_024, 0)
        } else {
            let tenths = (bytes.saturating_mul(10) + (1 << 20) - 1) / (1 << 20);
            (["Mo", "MB"], tenths / 10, tenths % 10)
        };
        match (self.0, tenths) {
            (Lang::Fr, 0) => format!("{format}, {whole}\u{a0}{}", unit[0]),
            (Lang::Fr, _) => format!("{format}, {whole},{tenths}\u{a0}{}", unit[0]),
            (Lang::En, 0) => format!("{format}, {whole}\u{a0}{}", unit[1]),
            (Lang::En, _) => format!("{format}, {whole}.{tenths}\u{a0}{}", unit[1]),
        }
    }

    /// The names of a document's fields, as its form has them.
    pub fn document_field(self, field: &str) -> &'static str {
        match field {
            "kind" => self.document_kind_label(),
            "language" => self.document_language(),
            "visibility" => self.document_visibility_label(),
            "revision" => self.document_revision(),
            "printed_on" => self.document_printed_on(),
            "sent_on" => self.document_sent_on(),
            "signed_on" => self.document_signed_on(),
            "link" => self.document_link(),
            "file" => self.document_file(),
            _ => self.document_title(),
        }
    }
}
