//! Files as people bring them, and as nobody should.

use super::*;
use std::io::{Cursor, Write as _};
use zip::{ZipWriter, write::SimpleFileOptions};

fn texts(sheet: &Sheet) -> Vec<(u32, Vec<&str>)> {
    sheet.rows.iter().map(|row| (row.number, row.cells.iter().map(String::as_str).collect())).collect()
}

/// A workbook of these parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of one sheet.
fn workbook(rows: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    workbook_of(sheet.as_bytes())
}

fn workbook_of(sheet: &[u8]) -> Vec<u8> {
    workbook_with(sheet, br#"<?xml version="1.0"?><sst uniqueCount="1"><si><t>shared</t></si></sst>"#)
}

fn workbook_with(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    archive(&[
        (
            "[Content_Types].xml",
            br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#,
        ),
        (
            "_rels/.rels",
            br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
    ])
}

fn cell(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn a_text_is_read_whatever_stands_between_its_cells() {
    for text in [
        "\n\nNom,Pays\n\"Évora, université\",PT\n",
        "\n\nNom;Pays\r\n\"Évora, université\";PT\r\n",
        "\n\nNom\tPays\nÉvora, université\tPT",
    ] {
        let expected = vec![(3, vec!["Nom", "Pays"]), (4, vec!["Évora, université", "PT"])];
        assert_eq!(texts(&read(text.as_bytes(), None).unwrap()), expected, "{text}");
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        assert_eq!(texts(&read(&marked, None).unwrap()), expected, "with its mark");
        let wide: Vec<u8> =
            [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(texts(&read(&wide, None).unwrap()), expected, "UTF-16");
    }
    let ragged = read(b"a,b,c\n1\n\n\"x\ny\",,,\n,,\n2,,3,4\n", None).unwrap();
    assert_eq!(ragged.rows.len(), 4);
    assert_eq!(ragged.rows[3].cell(3), "4");
    assert_eq!(ragged.rows[3].cell(9), "");
}

#[test]
fn a_text_in_another_encoding_is_refused_until_it_is_named() {
    let latin = b"Nom;Pays\nParis;FR\nAl\xE8s;FR\n";
    assert_eq!(read(latin, None), Err(Unreadable::Encoding { line: 3 }));
    assert_eq!(read(latin, Some("windows-1252")).unwrap().rows[2].cell(0), "Alès");
    assert_eq!(read(b"Nom\nAl\xE8s\n", Some("ISO-8859-1")).unwrap().rows[1].cell(0), "Alès");
    assert_eq!(read(latin, Some("klingon")), Err(Unreadable::UnknownEncoding));
}

#[test]
fn what_is_no_table_is_refused_by_its_first_bytes() {
    assert_eq!(read(b"", None), Err(Unreadable::Empty));
    assert_eq!(read(b"\n\n , ,\n", None), Err(Unreadable::Empty));
    assert_eq!(read(b"%PDF-1.7 ...", None), Err(Unreadable::NotATable));
    assert_eq!(read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None), Err(Unreadable::NotATable));
    assert_eq!(read(b"a,b\n\0,c\n", None), Err(Unreadable::NotATable));
    assert_eq!(read(b"<?xml version=\"1.0\"?><x/>", None), Err(Unreadable::NotATable));
    assert_eq!(read(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", None), Err(Unreadable::OldWorkbook));
    assert_eq!(read(b"PK\x03\x04 and nothing more", None), Err(Unreadable::Damaged));
    let other = archive(&[("word/document.xml", b"<x/>")]);
    assert_eq!(read(&other, None), Err(Unreadable::Damaged));
}

#[test]
fn a_table_has_limits() {
    assert_eq!(read(&vec![b'a'; BYTES + 1], None), Err(Unreadable::TooLarge { max: 16 }));
    let wide = format!("a\n{}", vec!["x"; 200].join(";"));
    assert_eq!(read(wide.as_bytes(), None), Err(Unreadable::TooManyColumns { max: 100, row: 2 }));
    assert_eq!(read("x\n".repeat(ROWS + 1).as_bytes(), None), Err(Unreadable::TooManyRows { max: 50_000 }));
    assert_eq!(
        read("x".repeat(CELL + 1).as_bytes(), None),
        Err(Unreadable::CellTooLong { max: 20_000, row: 1 })
    );
}

#[test]
fn a_workbook_is_read_as_it_shows() {
    let rows = [
        r#"<row r="1"/>"#.to_owned(),
        format!(r#"<row r="2">{}{}</row>"#, cell("A2", "Name"), cell("C2", "PIC")),
        format!(r#"<row r="4">{}<c r="C4"><v>912703556</v></c></row>"#, cell("A4", "Alès &amp; co")),
        // A formula has the value it had when saved, and is never computed.
        r#"<row r="5"><c r="A5" t="str"><f>HYPERLINK("http://x.invalid","y")</f><v>shown</v></c></row>"#
            .to_owned(),
        format!(r#"<row r="6">{}</row>"#, cell("A6", "=1+1")),
    ];
    let expected = vec![
        (2, vec!["Name", "", "PIC"]),
        (4, vec!["Alès & co", "", "912703556"]),
        (5, vec!["shown"]),
        (6, vec!["=1+1"]),
    ];
    assert_eq!(texts(&read(&workbook(&rows.concat()), None).unwrap()), expected);
    assert_eq!(read(&workbook(""), None), Err(Unreadable::Empty));
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read() {
    let bomb = workbook_of(&vec![b' '; EXPANDED + 1]);
    assert!(bomb.len() < 1 << 20, "it is small on the disk");
    assert_eq!(read(&bomb, None), Err(Unreadable::Expands { max: 32 }));
    let parts: Vec<String> = (0..1_001).map(|i| format!("xl/{i}.xml")).collect();
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(read(&archive(&parts), None), Err(Unreadable::Expands { max: 32 }));
}

#[test]
fn a_cell_far_away_takes_no_memory() {
    let far = workbook(&format!(
        r#"<row r="1">{}</row><row r="1048576">{}</row>"#,
        cell("A1", "x"),
        cell("XFD1048576", "y")
    ));
    assert_eq!(read(&far, None), Err(Unreadable::TooManyColumns { max: 100, row: 1_048_576 }));
    let deep = workbook(&format!(
        r#"<row r="1">{}</row><row r="1048576">{}</row>"#,
        cell("A1", "x"),
        cell("B1048576", "y")
    ));
    assert_eq!(texts(&read(&deep, None).unwrap()), [(1, vec!["x"]), (1_048_576, vec!["", "y"])]);
}

#[test]
fn a_count_of_texts_that_cannot_be_is_not_believed() {
    let sheet =
        br#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>"#;
    assert_eq!(texts(&read(&workbook_of(sheet), None).unwrap()), [(1, vec!["shared"])]);
    for count in ["99999999999", "18446744073709551615", "99999999999999999999999", "", " 5000000 "] {
        let strings = format!("<sst \n uniqueCount = '{count}'><si><t>shared</t></si></sst>");
        assert_eq!(
            read(&workbook_with(sheet, strings.as_bytes()), None),
            Err(Unreadable::Damaged),
            "{count}"
        );
    }
}

#[test]
fn entities_are_not_expanded() {
    let sheet = br#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData></worksheet>"#;
    assert_eq!(read(&workbook_of(sheet), None), Err(Unreadable::Entities));
    let undeclared = workbook(&format!(r#"<row r="1">{}</row>"#, cell("A1", "&amp;amp; &unknown;")));
    let outcome = read(&undeclared, None);
    assert!(outcome.is_err() || !texts(&outcome.unwrap())[0].1[0].contains("etc"));
}

#[test]
fn a_damaged_workbook_is_refused() {
    let whole = workbook(&format!(r#"<row r="1">{}</row>"#, cell("A1", "x")));
    for length in (4..whole.len()).step_by(7) {
        assert!(read(&whole[..length], None).is_err(), "{length}");
    }
    let cut = workbook_of(br#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x"#);
    assert_eq!(read(&cut, None), Err(Unreadable::Damaged));
}
