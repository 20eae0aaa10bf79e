//! What a file holds, by its content and never by its name, told while it streams by.

use crate::{coded::coded, problem::Problem};

coded! {
    /// The formats that are taken.
    FileFormat {
        /// Portable document format (ISO 32000).
        Pdf = "pdf",
        /// Office Open XML text (ISO/IEC 29500), without macros.
        Docx = "docx",
        /// `OpenDocument` text (ISO/IEC 26300).
        Odt = "odt",
        /// Portable network graphics.
        Png = "png",
        /// JPEG picture.
        Jpeg = "jpeg",
    }
}

impl FileFormat {
    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Odt => ODT,
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// What names of such files end in, without the dot.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            other => other.code(),
        }
    }
}

const ODT: &str = "application/vnd.oasis.opendocument.text";
/// Most bytes that a packed file may say it unpacks to.
pub const UNPACKED_MAX: u64 = 200 << 20;
/// How much more than its own size it may say it unpacks to, beyond the first megabyte.
const RATIO_MAX: u64 = 100;
/// Bytes of the beginning that say what it is: the local header of an ODT's first entry and its content.
const HEAD: usize = 128;
/// Bytes of the end that are kept: a ZIP's list of entries stands there.
const TAIL: usize = 256 << 10;
/// Most entries of a ZIP.
const ENTRIES_MAX: usize = 4_096;

/// Watches a file go by and says what it holds. Keeps its beginning and its end only, and unpacks nothing.
#[derive(Debug, Default)]
pub struct Sniffer {
    head: Vec<u8>,
    tail: Vec<u8>,
    bytes: u64,
}

impl Sniffer {
    /// The next bytes. Refuses as soon as the beginning is that of no format taken.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.bytes += bytes.len() as u64;
        if self.head.len() < HEAD {
            let room = HEAD - self.head.len();
            self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
            if self.head.len() >= 8 && kind(&self.head).is_none() {
                return Err(Problem::FileNotTaken);
            }
        }
        if kind(&self.head) == Some(Kind::Zip) {
            let kept = &bytes[bytes.len().saturating_sub(TAIL)..];
            let over = (self.tail.len() + kept.len()).saturating_sub(TAIL);
            self.tail.drain(..over);
            self.tail.extend_from_slice(kept);
        }
        Ok(())
    }

    /// How many bytes went by.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What the file holds, now that it has gone by.
    pub fn finish(&self) -> Result<FileFormat, Problem> {
        if self.bytes == 0 {
            return Err(Problem::FileEmpty);
        }
        match kind(&self.head) {
            Some(Kind::Plain(format)) => Ok(format),
            Some(Kind::Zip) => self.zip(),
            None => Err(Problem::FileNotTaken),
        }
    }

    fn zip(&self) -> Result<FileFormat, Problem> {
        let listed = Listed::read(&self.tail, self.bytes).ok_or(Problem::FileNotTaken)?;
        let allowed = (1_u64 << 20).max(self.bytes.saturating_mul(RATIO_MAX)).min(UNPACKED_MAX);
        if listed.unpacked > allowed {
            return Err(Problem::FileUnpacksTooLarge);
        }
        // An ODT begins with its media type, as it is: name at 30, content right after it.
        let is_odt = self.head.get(30..38) == Some(b"mimetype")
            && self.head.get(38..38 + ODT.len()) == Some(ODT.as_bytes())
            && !self.head.get(38 + ODT.len()..).unwrap_or_default().starts_with(b"-");
        if is_odt && listed.has("content.xml") {
            return Ok(FileFormat::Odt);
        }
        let is_docx = listed.has("[Content_Types].xml") && listed.has("word/document.xml");
        let has_macros = listed.names.iter().any(|name| name.ends_with("vbaProject.bin"));
        if is_docx && !has_macros { Ok(FileFormat::Docx) } else { Err(Problem::FileNotTaken) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain(FileFormat),
    Zip,
}

fn kind(head: &[u8]) -> Option<Kind> {
    let signatures: [(&[u8], Kind); 4] = [
        (b"%PDF-", Kind::Plain(FileFormat::Pdf)),
        (b"\x89PNG\r\n\x1a\n", Kind::Plain(FileFormat::Png)),
        (b"\xff\xd8\xff", Kind::Plain(FileFormat::Jpeg)),
        (b"PK\x03\x04", Kind::Zip),
    ];
    signatures.into_iter().find(|(signature, _)| head.starts_with(signature)).map(|(_, kind)| kind)
}

/// The entries that a ZIP lists at its end.
struct Listed {
    names: Vec<String>,
    /// Bytes that all of them together say they unpack to.
    unpacked: u64,
}

impl Listed {
    /// Reads the list in the last bytes of a file of this length. ZIP64 and encryption are of no use to a text of at most 25
    /// MB and are not read.
    fn read(tail: &[u8], length: u64) -> Option<Self> {
        const END: usize = 22;
        let end = (0..=tail.len().checked_sub(END)?).rev().take(END + usize::from(u16::MAX)).find(|at| {
            let comment = number(tail, at + 20, 2);
            tail[*at..].starts_with(b"PK\x05\x06") && comment == Some((tail.len() - at - END) as u64)
        })?;
        let entries = usize::try_from(number(tail, end + 10, 2)?).ok()?;
        let size = number(tail, end + 12, 4)?;
        let begins_at = number(tail, end + 16, 4)?;
        let end_at = length - tail.len() as u64 + end as u64;
        if entries == 0 || entries > ENTRIES_MAX || begins_at.checked_add(size)? > end_at {
            return None;
        }
        let mut at = end.checked_sub(usize::try_from(size).ok()?)?;
        let mut listed = Self { names: Vec::new(), unpacked: 0 };
        for _ in 0..entries {
            if !tail.get(at..end)?.starts_with(b"PK\x01\x02") || number(tail, at + 8, 2)? & 1 == 1 {
                return None;
            }
            let unpacked = number(tail, at + 24, 4)?;
            listed.unpacked = listed.unpacked.saturating_add(unpacked);
            let [name, extra, comment] = [28, 30, 32].map(|offset| number(tail, at + offset, 2));
            let name_at = at + 46;
            let name_end = name_at + usize::try_from(name?).ok()?;
            listed.names.push(String::from_utf8_lossy(tail.get(name_at..name_end)?).into_owned());
            at = name_end + usize::try_from(extra? + comment?).ok()?;
        }
        Some(listed)
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|listed| listed == name)
    }
}

/// A number of so many bytes, the least first.
fn number(bytes: &[u8], at: usize, count: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + count)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A ZIP of entries that are stored as they are: name, content, and what the list says it unpacks to.
    fn zip(entries: &[(&str, &[u8], u32)]) -> Vec<u8> {
        let (mut file, mut list) = (Vec::new(), Vec::new());
        for (name, content, unpacked) in entries {
            let at = u32::try_from(file.len()).expect("small");
            let length = u32::try_from(content.len()).expect("small").to_le_bytes();
            let named = u16::try_from(name.len()).expect("short").to_le_bytes();
            let sizes = [length, length].concat();
            file.extend([b"PK\x03\x04".as_slice(), &[0; 14], &sizes, &named, &[0, 0]].concat());
            file.extend([name.as_bytes(), content].concat());
            let sizes = [length, unpacked.to_le_bytes()].concat();
            list.extend(
                [b"PK\x01\x02".as_slice(), &[0; 16], &sizes, &named, &[0; 12], &at.to_le_bytes()].concat(),
            );
            list.extend(name.as_bytes());
        }
        let count = u16::try_from(entries.len()).expect("few").to_le_bytes();
        let place = [file.len(), list.len()].map(|n| u32::try_from(n).expect("small").to_le_bytes());
        let end = [b"PK\x05\x06".as_slice(), &[0; 4], &count, &count, &place[1], &place[0], &[0, 0]].concat();
        [file, list, end].concat()
    }

    fn sniff(file: &[u8], step: usize) -> Result<FileFormat, Problem> {
        let mut sniffer = Sniffer::default();
        for bytes in file.chunks(step) {
            sniffer.push(bytes)?;
        }
        sniffer.finish()
    }

    const TYPES: (&str, &[u8], u32) = ("[Content_Types].xml", b"<Types/>", 8);
    const WORD: (&str, &[u8], u32) = ("word/document.xml", b"<w/>", 4);

    #[test]
    fn the_content_says_what_a_file_is() {
        let odt = ("mimetype", ODT.as_bytes(), 39);
        let template = format!("{ODT}-template");
        let template = ("mimetype", template.as_bytes(), 48);
        let content = ("content.xml", b"<c/>".as_slice(), 4);
        let cases: Vec<(&str, Vec<u8>, Result<FileFormat, Problem>)> = vec![
            ("a PDF", b"%PDF-1.7\n%...".to_vec(), Ok(FileFormat::Pdf)),
            ("a PNG", b"\x89PNG\r\n\x1a\n....".to_vec(), Ok(FileFormat::Png)),
            ("a JPEG", b"\xff\xd8\xff\xe0....".to_vec(), Ok(FileFormat::Jpeg)),
            ("a DOCX", zip(&[TYPES, WORD]), Ok(FileFormat::Docx)),
            ("its list last", zip(&[WORD, TYPES]), Ok(FileFormat::Docx)),
            ("an ODT", zip(&[odt, content]), Ok(FileFormat::Odt)),
            ("a template", zip(&[template, content]), Err(Problem::FileNotTaken)),
            ("macros", zip(&[TYPES, WORD, ("word/vbaProject.bin", b"x", 1)]), Err(Problem::FileNotTaken)),
            ("a table", zip(&[TYPES, ("xl/workbook.xml", b"x", 1)]), Err(Problem::FileNotTaken)),
            ("any ZIP", zip(&[("a.exe", b"MZ", 2)]), Err(Problem::FileNotTaken)),
            ("a bomb", zip(&[TYPES, WORD, ("word/x", b"x", 900 << 20)]), Err(Problem::FileUnpacksTooLarge)),
            ("half a DOCX", zip(&[TYPES, WORD])[..80].to_vec(), Err(Problem::FileNotTaken)),
            ("a program", b"MZ\x90\x00\x03....".to_vec(), Err(Problem::FileNotTaken)),
            ("a page", b"<html><script>".to_vec(), Err(Problem::FileNotTaken)),
            ("a picture with scripts", b"<svg onload=".to_vec(), Err(Problem::FileNotTaken)),
            ("one byte", b"%".to_vec(), Err(Problem::FileNotTaken)),
            ("nothing", Vec::new(), Err(Problem::FileEmpty)),
        ];
        for (what, file, expected) in cases {
            for step in [1, 7, 64 << 10] {
                assert_eq!(sniff(&file, step), expected, "{what}, {step} bytes at a time");
            }
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_stumble(mut file in proptest::collection::vec(any::<u8>(), 0..400), step in 1_usize..90, is_zip: bool) {
            if is_zip {
                file.splice(0..0, *b"PK\x03\x04");
                file.extend(b"PK\x05\x06\0\0\0\0\x03\0\x03\0");
                file.extend([90, 0, 0, 0, 4, 0, 0, 0, 0, 0]);
            }
            let _ = sniff(&file, step);
        }

        #[test]
        fn a_spoilt_docx_is_refused_or_read_but_never_stumbled_over(at in 0_usize..300, byte: u8) {
            let mut file = zip(&[TYPES, WORD]);
            let at = at % file.len();
            file[at] = byte;
            let _ = sniff(&file, 50);
        }
    }
}
