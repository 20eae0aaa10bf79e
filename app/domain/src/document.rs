//! Documents of an agreement: the signed original, drafts, annexes, letters. A file, or a link to where one is.
//!
//! A document belongs to the agreement and not to a revision, so that it stays when the next one is negotiated; it may
//! name the revision it holds.

mod format;

pub use format::{FileFormat, Sniffer, UNPACKED_MAX};

use crate::{
    coded::coded,
    language::LanguageTag,
    partial_date::StatedDate,
    problem::{FieldErrors, Problem},
    text::{Text, optional},
    web_url::WebUrl,
};
use serde::{Deserialize, Serialize};

/// Most characters of a title.
pub const DOCUMENT_TITLE_MAX: u32 = 200;
/// Most characters kept of a file's name.
pub const FILE_NAME_MAX: usize = 120;
/// Most bytes of a file.
pub const FILE_BYTES_MAX: u64 = 25 << 20;
/// The same in megabytes, as people say it.
pub const FILE_MEGABYTES_MAX: u32 = 25;

coded! {
    /// What a document is.
    DocumentKind {
        /// What the parties signed.
        SignedOriginal = "signed_original",
        /// A text being negotiated.
        Draft = "draft",
        /// What goes with the agreement.
        Annex = "annex",
        /// The text in another language.
        Translation = "translation",
        /// A letter or an e-mail.
        Letter = "letter",
        /// Minutes of a meeting.
        Minutes = "minutes",
        /// Anything else.
        Other = "other",
    }
}

coded! {
    /// Who may read a document.
    DocumentVisibility {
        /// Everyone, once the agreement is published.
        Public = "public",
        /// The offices of the parties.
        Parties = "parties",
        /// The office that added it.
        Office = "office",
    }
}

impl DocumentVisibility {
    /// The more, the more may read it.
    pub const fn readers(self) -> u8 {
        match self {
            Self::Office => 0,
            Self::Parties => 1,
            Self::Public => 2,
        }
    }
}

/// A file that was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Its name without folders and without what disguises it; see [`file_name`].
    pub name: String,
    /// What it holds, by its content.
    pub format: FileFormat,
    /// How many bytes.
    pub bytes: i64,
    /// SHA-256 of its content, as 64 hexadecimal digits.
    pub sha256: String,
}

/// Where a document is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Here.
    File(FileFacts),
    /// Elsewhere.
    Link(WebUrl),
}

/// A document to add, or what is to be said of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentDraft {
    /// What it is.
    pub kind: DocumentKind,
    /// Its title.
    pub title: Text<DOCUMENT_TITLE_MAX>,
    /// The language it is written in.
    pub language: Option<LanguageTag>,
    /// Who may read it.
    pub visibility: DocumentVisibility,
    /// The revision whose text it holds.
    pub revision: Option<i64>,
    /// When it was printed.
    pub printed_on: Option<StatedDate>,
    /// When it was sent.
    pub sent_on: Option<StatedDate>,
    /// When it was signed.
    pub signed_on: Option<StatedDate>,
    /// Where it is.
    pub place: Place,
}

/// What someone typed about a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentForm {
    /// What it is.
    pub kind: String,
    /// Its title; where nothing is typed, the name of the file.
    pub title: String,
    /// The language it is written in.
    pub language: String,
    /// `public`, `parties` or `office`.
    pub visibility: String,
    /// Number of the revision whose text it holds.
    pub revision: String,
    /// When it was printed.
    pub printed_on: String,
    /// When it was sent.
    pub sent_on: String,
    /// When it was signed.
    pub signed_on: String,
    /// Where it is, in place of a file.
    pub link: String,
}

impl DocumentForm {
    /// Reads the form with the file that came with it, for an agreement with revisions of these numbers. What is wrong with
    /// the file is told at `file`.
    pub fn parse(
        &self,
        file: Option<Result<FileFacts, Problem>>,
        revisions: &[i64],
    ) -> Result<DocumentDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let kind = errors.take("kind", DocumentKind::parse(&self.kind));
        let link = errors.take("link", optional(&self.link, WebUrl::parse));
        let place = match (file, link.clone().flatten()) {
            (Some(_), Some(_)) => Err(Problem::FileAndLink),
            (Some(file), None) => file.map(Place::File),
            (None, Some(link)) => Ok(Place::Link(link)),
            (None, None) => Err(Problem::Required),
        };
        // Without a link that is understood it is the link that is wrong, not the missing file.
        let place =
            if link.is_none() && place == Err(Problem::Required) { None } else { errors.take("file", place) };
        let typed = match (&place, self.title.trim()) {
            (Some(Place::File(file)), "") => file.name.as_str(),
            (_, typed) => typed,
        };
        let title = match (&place, typed) {
            (None, "") => None,
            _ => errors.take("title", Text::parse(typed)),
        };
        let language = errors.take("language", optional(&self.language, LanguageTag::parse));
        let visibility = match self.visibility.trim() {
            "" => Some(DocumentVisibility::Parties),
            code => errors.take("visibility", DocumentVisibility::parse(code)),
        };
        let number = |raw: &str| {
            let number = raw.parse().ok().filter(|number| revisions.contains(number));
            number.ok_or(Problem::UnknownRevision)
        };
        let revision = errors.take("revision", optional(&self.revision, |raw| number(raw.trim())));
        let mut date =
            |field: &str, raw: &str| errors.take(field, optional(raw, StatedDate::parse)).flatten();
        let printed_on = date("printed_on", &self.printed_on);
        let sent_on = date("sent_on", &self.sent_on);
        let signed_on = date("signed_on", &self.signed_on);
        match (kind, title, visibility, place) {
            (Some(kind), Some(title), Some(visibility), Some(place)) if errors.is_empty() => {
                Ok(DocumentDraft {
                    kind,
                    title,
                    language: language.flatten(),
                    visibility,
                    revision: revision.flatten(),
                    printed_on,
                    sent_on,
                    signed_on,
                    place,
                })
            }
            _ => Err(errors),
        }
    }
}

/// A file's name as it may be shown and given to a browser: without the folders before it, without control and
/// direction characters, without what file systems take for something else, and not longer than [`FILE_NAME_MAX`], its
/// ending replaced by that of what it holds.
pub fn file_name(raw: &str, format: FileFormat) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !is_disguise(*c)).collect();
    let kept = kept.trim().trim_matches('.');
    let stem = match kept.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 5 => stem,
        _ => kept,
    };
    let stem: String = stem.trim().chars().take(FILE_NAME_MAX).collect();
    let stem = if stem.trim().is_empty() { "document" } else { stem.trim() };
    format!("{stem}.{}", format.ending())
}

/// Whether a character hides or turns round what a name says, or means something to a file system or a shell.
fn is_disguise(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{061c}')
        || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> FileFacts {
        FileFacts { name: "accord.pdf".into(), format: FileFormat::Pdf, bytes: 7, sha256: "0".repeat(64) }
    }

    fn form() -> DocumentForm {
        DocumentForm { kind: "annex".into(), ..DocumentForm::default() }
    }

    #[test]
    fn a_name_loses_its_folders_and_disguises_and_ends_as_its_content_does() {
        for (raw, name) in [
            ("Convention signée.pdf", "Convention signée.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\Users\\a\\accord.docx", "accord.pdf"),
            ("accord\u{202e}fdp.exe", "accordfdp.pdf"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
            ("", "document.pdf"),
            ("..", "document.pdf"),
            (".pdf", "pdf.pdf"),
            ("協定書.pdf", "協定書.pdf"),
        ] {
            assert_eq!(file_name(raw, FileFormat::Pdf), name, "{raw:?}");
        }
        let long = file_name(&format!("{}.pdf", "é".repeat(300)), FileFormat::Pdf);
        assert_eq!(long.chars().count(), FILE_NAME_MAX + 4);
    }

    #[test]
    fn a_document_is_a_file_or_a_link_and_a_file_gives_it_its_title() {
        let draft = form().parse(Some(Ok(file())), &[1]).expect("taken");
        assert_eq!((draft.title.as_str(), draft.visibility), ("accord.pdf", DocumentVisibility::Parties));
        let link = DocumentForm { link: "https://exemple.invalid/a".into(), title: "A".into(), ..form() };
        assert!(matches!(link.parse(None, &[]).expect("taken").place, Place::Link(_)));
        let both = link.parse(Some(Ok(file())), &[]).expect_err("both");
        assert_eq!(both.at("file"), Some(&Problem::FileAndLink));
    }

    #[test]
    fn each_mistake_is_told_at_its_field() {
        let table = [
            (form(), None, "file", Problem::Required),
            (form(), Some(Err(Problem::FileEmpty)), "file", Problem::FileEmpty),
            (DocumentForm { kind: String::new(), ..form() }, Some(Ok(file())), "kind", Problem::Required),
            (DocumentForm { link: "javascript:x".into(), ..form() }, None, "link", Problem::NotAUrl),
            (DocumentForm { link: "https://a.invalid".into(), ..form() }, None, "title", Problem::Required),
            (
                DocumentForm { revision: "3".into(), ..form() },
                Some(Ok(file())),
                "revision",
                Problem::UnknownRevision,
            ),
            (DocumentForm { sent_on: "x".into(), ..form() }, Some(Ok(file())), "sent_on", Problem::NotADate),
        ];
        for (form, file, field, problem) in table {
            let errors = form.parse(file, &[1, 2]).expect_err("refused");
            assert_eq!(errors.at(field), Some(&problem), "{form:?}");
        }
    }
}
