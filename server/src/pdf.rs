//! A paper as a PDF file: A4, in the typeface of the site, tagged so that assistive technology reads it (PDF/UA-1, which
//! is checked as it is written).

use app::{
    desk::Desk,
    error::AppError,
    pages,
    paper::{Body, Paper},
};
use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use chrono::Datelike as _;
use domain::id::AgreementId;
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{ConfigurationBuilder, validate::Accessibility},
    destination::XyzDestination,
    geom::{PathBuilder, Point},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, FillRule, Paint, Stroke},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup,
        TagKind, TagTree,
    },
    text::{Font, GlyphId, KrillaGlyph, Tag as Axis},
};
use parley::{
    FontContext, FontFamily, FontFamilyName, FontWeight, Layout, LayoutContext, LineHeight, StyleProperty,
    fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache},
};
use std::{
    borrow::Cow,
    collections::HashMap,
    num::NonZeroU16,
    rc::Rc,
    sync::{Arc, LazyLock},
};
use store::StoreError;
use tokio::sync::Semaphore;

/// So many files are written at once: each takes a processor for a moment.
static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// The faces of the typeface; where the first lacks a letter the second is asked. The one with the rarer letters comes first: the
/// other would put them together from parts. They are those of the site, under the licence in
/// `style/fonts/OFL-source-sans-3.txt`.
const FACES: [(&str, &[u8]); 2] = [
    ("latin-ext", include_bytes!("../fonts/source-sans-3-latin-ext-wght-normal.ttf")),
    ("latin", include_bytes!("../fonts/source-sans-3-latin-wght-normal.ttf")),
];

/// A4, in points as all lengths here.
const PAGE: (f32, f32) = (595.276, 841.89);
/// Left, right and above.
const MARGIN: f32 = 56.0;
/// Where text ends on a page, from above.
const BOTTOM: f32 = PAGE.1 - 64.0;
/// Where page numbers stand.
const FOOT: f32 = PAGE.1 - 36.0;
/// The width of text.
const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// Between columns.
const GUTTER: f32 = 14.0;
/// The part of the width that the labels of facts take.
const LABELS: f32 = 0.3;

const INK: [u8; 3] = [0x1a, 0x1a, 0x1a];
const GREY: [u8; 3] = [0x4d, 0x4d, 0x4d];
const RULE: [u8; 3] = [0xc4, 0xc4, 0xc4];

const TITLE: Style = Style { size: 19.0, is_bold: true, color: INK };
const HEADING: Style = Style { size: 13.0, is_bold: true, color: INK };
const BODY: Style = Style { size: 10.0, is_bold: false, color: INK };
const LABEL: Style = Style { size: 10.0, is_bold: true, color: INK };
const SMALL: Style = Style { size: 9.0, is_bold: false, color: GREY };

/// What takes the place of a letter that no face has.
const MISSING: &str = "?";

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A face cannot be used.
    #[error("a face of the typeface cannot be used")]
    Face,
    /// What was written is no valid file.
    #[error("no valid PDF: {0}")]
    Invalid(String),
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
struct Style {
    size: f32,
    is_bold: bool,
    color: [u8; 3],
}

impl Style {
    /// The height of a line.
    fn line(self) -> f32 {
        self.size * 1.35
    }

    fn weight(self) -> f32 {
        if self.is_bold { 600.0 } else { 400.0 }
    }
}

/// A line of text, set.
#[derive(Debug, Clone)]
struct Line {
    text: Rc<str>,
    style: Style,
    width: f32,
    runs: Vec<Run>,
}

/// Letters of one face in a row.
#[derive(Debug, Clone)]
struct Run {
    x: f32,
    face: Font,
    glyphs: Vec<KrillaGlyph>,
}

/// Sets text in lines.
struct Compositor {
    faces: FontContext,
    layouts: LayoutContext<()>,
    cut: HashMap<(u64, bool), Font>,
}

impl Compositor {
    fn new() -> Self {
        let options = CollectionOptions { shared: false, system_fonts: false };
        let mut collection = Collection::new(options);
        for (name, bytes) in FACES {
            let named = FontInfoOverride { family_name: Some(name), ..FontInfoOverride::default() };
            collection.register_fonts(Blob::new(Arc::new(bytes)), Some(named));
        }
        let faces = FontContext { collection, source_cache: SourceCache::default() };
        Self { faces, layouts: LayoutContext::new(), cut: HashMap::new() }
    }

    fn layout(&mut self, text: &str, style: Style, width: f32) -> Layout<()> {
        let names = FACES.map(|(name, _)| FontFamilyName::Named(Cow::Borrowed(name)));
        let mut builder = self.layouts.ranged_builder(&mut self.faces, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Borrowed(&names))));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::FontWeight(FontWeight::new(style.weight())));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(1.35)));
        let mut layout = builder.build(text);
        layout.break_all_lines(Some(width));
        layout
    }

    /// A text in lines of a width. A letter that no face has is replaced.
    fn set(&mut self, text: &str, style: Style, width: f32) -> Result<Vec<Line>, PdfError> {
        // The faces have no narrow no-break space.
        let mut text = text.replace('\u{202f}', "\u{a0}");
        let mut layout = self.layout(&text, style, width);
        let missing = missing(&layout, &text);
        if !missing.is_empty() {
            for range in missing.into_iter().rev() {
                text.replace_range(range, MISSING);
            }
            layout = self.layout(&text, style, width);
        }
        let text: Rc<str> = text.into();
        let mut lines = Vec::new();
        for line in layout.lines() {
            let (mut x, mut runs) = (0.0, Vec::new());
            for run in line.runs() {
                let size = run.font_size();
                let face = self.face(run.font(), style)?;
                let begins = x;
                let mut glyphs: Vec<KrillaGlyph> = Vec::new();
                for cluster in run.visual_clusters() {
                    if cluster.is_ligature_continuation() {
                        if let Some(glyph) = glyphs.last_mut() {
                            glyph.text_range.end = cluster.text_range().end;
                        }
                        continue;
                    }
                    if is_break(&text, &cluster.text_range()) {
                        continue;
                    }
                    for glyph in cluster.glyphs() {
                        glyphs.push(KrillaGlyph::new(
                            GlyphId::new(glyph.id),
                            glyph.advance / size,
                            glyph.x / size,
                            glyph.y / size,
                            0.0,
                            cluster.text_range(),
                            None,
                        ));
                        x += glyph.advance;
                    }
                }
                if !glyphs.is_empty() {
                    runs.push(Run { x: begins, face, glyphs });
                }
            }
            lines.push(Line { text: text.clone(), style, width: x, runs });
        }
        Ok(lines)
    }

    /// A face at the weight of a style.
    fn face(&mut self, face: &parley::FontData, style: Style) -> Result<Font, PdfError> {
        let key = (face.data.id(), style.is_bold);
        if let Some(cut) = self.cut.get(&key) {
            return Ok(cut.clone());
        }
        let bytes: Vec<u8> = face.data.data().to_vec();
        let axes = [(Axis::new(b"wght"), style.weight())];
        let cut = Font::new_variable(bytes.into(), face.index, &axes).ok_or(PdfError::Face)?;
        self.cut.insert(key, cut.clone());
        Ok(cut)
    }
}

/// Whether a piece of text ends a line.
fn is_break(text: &str, range: &std::ops::Range<usize>) -> bool {
    text.get(range.clone()).is_some_and(|piece| piece.contains(['\n', '\r', '\u{2028}', '\u{2029}']))
}

/// The pieces of a text that no face has a glyph for, in order.
fn missing(layout: &Layout<()>, text: &str) -> Vec<std::ops::Range<usize>> {
    let runs = layout.lines().flat_map(|line| line.runs());
    let clusters = runs.flat_map(|run| run.clusters().collect::<Vec<_>>());
    let lacks = |range: &std::ops::Range<usize>| !is_break(text, range);
    let mut found: Vec<_> = clusters
        .filter(|cluster| cluster.glyphs().any(|glyph| glyph.id == 0))
        .map(|cluster| cluster.text_range())
        .filter(lacks)
        .collect();
    found.sort_by_key(|range| range.start);
    found.dedup();
    found
}

/// What stands on a page.
enum Mark {
    /// A line of what the leaf of the tree says.
    Said { line: Line, x: f32, y: f32, leaf: usize },
    /// A line beside what is said: the number of the page.
    Aside { line: Line, x: f32, y: f32 },
    /// A thin line across.
    Rule { y: f32 },
}

/// What a reader is told of the structure.
enum Part {
    Leaf(TagKind, usize),
    Table(Vec<Vec<(TagKind, usize)>>),
}

/// A cell of a row that is being set: where it begins, its lines, its leaf.
type Cell = (f32, Vec<Line>, usize);

/// The pages as they fill.
struct Sheets {
    compositor: Compositor,
    pages: Vec<Vec<Mark>>,
    y: f32,
    leaves: usize,
    parts: Vec<Part>,
    headings: Vec<(String, usize, f32)>,
}

impl Sheets {
    fn new() -> Self {
        Self {
            compositor: Compositor::new(),
            pages: vec![Vec::new()],
            y: MARGIN,
            leaves: 0,
            parts: Vec::new(),
            headings: Vec::new(),
        }
    }

    fn leaf(&mut self) -> usize {
        self.leaves += 1;
        self.leaves - 1
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Goes on on a new page when so much does not fit on this one.
    fn make_room(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > MARGIN {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
    }

    /// Puts the lines of cells beside each other, line by line: a row may go on on the next page.
    fn row(&mut self, cells: &[Cell], style: Style) {
        let height = style.line();
        let count = cells.iter().map(|(_, lines, _)| lines.len()).max().unwrap_or(0);
        for i in 0..count {
            self.make_room(height);
            let y = self.y + style.size * 1.02;
            for (x, lines, leaf) in cells {
                if let Some(line) = lines.get(i) {
                    self.mark(Mark::Said { line: line.clone(), x: *x, y, leaf: *leaf });
                }
            }
            self.y += height;
        }
    }

    fn text(&mut self, text: &str, style: Style, tag: impl Into<TagKind>) -> Result<(), PdfError> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let lines = self.compositor.set(text, style, WIDTH)?;
        let leaf = self.leaf();
        self.row(&[(MARGIN, lines, leaf)], style);
        self.parts.push(Part::Leaf(tag.into(), leaf));
        Ok(())
    }

    fn heading(&mut self, text: &str, style: Style, level: NonZeroU16) -> Result<(), PdfError> {
        // A heading does not stand alone at the foot of a page.
        self.make_room(style.line() + 4.0 * BODY.line());
        self.headings.push((text.to_owned(), self.pages.len() - 1, self.y));
        self.text(text, style, Tag::Hn(level, Some(text.to_owned())))
    }

    /// Rows of cells, the first or its first column being their headers.
    fn table(
        &mut self,
        rows: &[Vec<String>],
        widths: &[f32],
        header: TableHeaderScope,
    ) -> Result<(), PdfError> {
        let mut tags = Vec::new();
        for (i, row) in rows.iter().enumerate() {
            let (mut x, mut cells, mut told) = (MARGIN, Vec::new(), Vec::new());
            for (j, (text, width)) in row.iter().zip(widths).enumerate() {
                let is_header = match header {
                    TableHeaderScope::Column => i == 0,
                    _ => j == 0,
                };
                let style = if is_header { LABEL } else { BODY };
                let text = if text.trim().is_empty() { "–" } else { text };
                let lines = self.compositor.set(text, style, width - GUTTER)?;
                let leaf = self.leaf();
                told.push((if is_header { Tag::TH(header).into() } else { Tag::TD.into() }, leaf));
                cells.push((x, lines, leaf));
                x += width;
            }
            self.y += 3.0;
            self.row(&cells, BODY);
            self.y += 3.0;
            self.mark(Mark::Rule { y: self.y });
            tags.push(told);
        }
        self.parts.push(Part::Table(tags));
        Ok(())
    }

    fn paper(&mut self, paper: &Paper) -> Result<(), PdfError> {
        let two = NonZeroU16::MIN.saturating_add(1);
        self.text(&paper.eyebrow, SMALL, Tag::P)?;
        self.heading(&paper.title, TITLE, NonZeroU16::MIN)?;
        self.text(&paper.lead, SMALL, Tag::P)?;
        for section in &paper.sections {
            self.y += HEADING.size;
            self.heading(&section.heading, HEADING, two)?;
            self.y += 2.0;
            match &section.body {
                Body::Facts(facts) => {
                    let rows: Vec<Vec<String>> =
                        facts.iter().map(|(label, said)| vec![label.clone(), said.clone()]).collect();
                    self.table(&rows, &[WIDTH * LABELS, WIDTH * (1.0 - LABELS)], TableHeaderScope::Row)?;
                }
                Body::Table { columns, rows } => {
                    let rows: Vec<Vec<String>> =
                        std::iter::once(columns.clone()).chain(rows.iter().cloned()).collect();
                    let share = u16::try_from(columns.len().max(1)).map_or(1.0, f32::from);
                    let widths = vec![WIDTH / share; columns.len()];
                    self.table(&rows, &widths, TableHeaderScope::Column)?;
                }
            }
        }
        self.y += HEADING.size;
        for line in &paper.foot {
            self.text(line, SMALL, Tag::P)?;
        }
        self.number()
    }

    fn number(&mut self) -> Result<(), PdfError> {
        let count = self.pages.len();
        for (i, page) in self.pages.iter_mut().enumerate() {
            let words = format!("{} / {count}", i + 1);
            for line in self.compositor.set(&words, SMALL, WIDTH)? {
                let x = PAGE.0 - MARGIN - line.width;
                page.push(Mark::Aside { line, x, y: FOOT });
            }
        }
        Ok(())
    }
}

/// A revision as a file to be saved. For those who may read the content.
pub async fn answer(desk: &Desk, id: AgreementId, number: i64) -> Result<Response, AppError> {
    let paper = pages::agreements::paper(desk, id, number).await?;
    let turn = TURNS.acquire().await.map_err(|_| AppError::Busy)?;
    // Whoever asked may be gone by then; the turn is over when the work is.
    let written = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        pdf(&paper)
    });
    let written = written.await;
    let bytes = written.map_err(StoreError::corrupt)?.map_err(StoreError::corrupt)?;
    let disposition = format!("attachment; filename=\"entente-{id}-{number}.pdf\"");
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, bytes).into_response())
}

/// The paper as a file.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, PdfError> {
    let mut sheets = Sheets::new();
    sheets.paper(paper)?;
    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = configuration.map_err(|error| PdfError::Invalid(format!("{error:?}")))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut ids: Vec<Vec<Identifier>> = vec![Vec::new(); sheets.leaves];
    for marks in &sheets.pages {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1);
        let mut page = document.start_page_with(size.ok_or_else(|| PdfError::Invalid("no page".to_owned()))?);
        let mut surface = page.surface();
        for mark in marks {
            match mark {
                Mark::Said { line, x, y, leaf } => {
                    let id = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
                    draw(&mut surface, line, *x, *y);
                    surface.end_tagged();
                    if let Some(ids) = ids.get_mut(*leaf) {
                        ids.push(id);
                    }
                }
                Mark::Aside { line, x, y } => {
                    aside(&mut surface, ArtifactType::PageNumber, |surface| draw(surface, line, *x, *y));
                }
                Mark::Rule { y } => aside(&mut surface, ArtifactType::Layout, |surface| rule(surface, *y)),
            }
        }
        surface.finish();
        page.finish();
    }
    document.set_metadata(metadata(paper));
    document.set_outline(outline(&sheets.headings));
    document.set_tag_tree(tree(paper, sheets.parts, &ids));
    document.finish().map_err(|error| PdfError::Invalid(format!("{error:?}")))
}

fn metadata(paper: &Paper) -> Metadata {
    let on = DateTime::new(u16::try_from(paper.on.year()).unwrap_or_default())
        .month(u8::try_from(paper.on.month()).unwrap_or(1))
        .day(u8::try_from(paper.on.day()).unwrap_or(1));
    Metadata::new()
        .title(paper.title.clone())
        .language(paper.lang.code().to_owned())
        .creator("Entente".to_owned())
        .creation_date(on)
}

fn outline(headings: &[(String, usize, f32)]) -> Outline {
    let mut outline = Outline::new();
    for (text, page, y) in headings {
        let place = XyzDestination::new(*page, Point::from_xy(MARGIN, *y));
        outline.push_child(OutlineNode::new(text.clone(), place));
    }
    outline
}

fn tree(paper: &Paper, parts: Vec<Part>, ids: &[Vec<Identifier>]) -> TagTree {
    let group = |tag: TagKind, leaf: usize| {
        let children = ids.get(leaf).into_iter().flatten().map(|id| Node::Leaf(*id));
        TagGroup::with_children(tag, children.collect())
    };
    let mut tree = TagTree::new().with_lang(Some(paper.lang.code().to_owned()));
    for part in parts {
        match part {
            Part::Leaf(tag, leaf) => tree.push(group(tag, leaf)),
            Part::Table(rows) => {
                let mut table = TagGroup::new(Tag::Table);
                for cells in rows {
                    let cells = cells.into_iter().map(|(tag, leaf)| Node::Group(group(tag, leaf)));
                    table.push(TagGroup::with_children(Tag::TR, cells.collect()));
                }
                tree.push(table);
            }
        }
    }
    tree
}

/// Draws what is no part of what is said.
fn aside(surface: &mut Surface<'_>, kind: ArtifactType, draw: impl FnOnce(&mut Surface<'_>)) {
    let _ = surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    draw(surface);
    surface.end_tagged();
}

fn paint([red, green, blue]: [u8; 3]) -> Paint {
    rgb::Color::new(red, green, blue).into()
}

fn draw(surface: &mut Surface<'_>, line: &Line, x: f32, y: f32) {
    let paint = paint(line.style.color);
    surface.set_fill(Some(Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::default() }));
    surface.set_stroke(None);
    for run in &line.runs {
        let start = Point::from_xy(x + run.x, y);
        surface.draw_glyphs(start, &run.glyphs, run.face.clone(), &line.text, line.style.size, false);
    }
}

fn rule(surface: &mut Surface<'_>, y: f32) {
    let mut path = PathBuilder::new();
    path.move_to(MARGIN, y);
    path.line_to(PAGE.0 - MARGIN, y);
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { paint: paint(RULE), width: 0.5, ..Stroke::default() }));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::paper::Section;
    use chrono::NaiveDate;
    use domain::lang::Lang;

    fn paper(said: &str) -> Paper {
        let facts =
            Body::Facts(vec![("Titre".to_owned(), said.to_owned()), ("Durée".to_owned(), String::new())]);
        let table = Body::Table {
            columns: ["Partie", "Approbation", "Signature"].map(str::to_owned).to_vec(),
            rows: vec![["Université Keiō", "Approuvé le 1er mars 2026", "Signé"].map(str::to_owned).to_vec()],
        };
        let section = |id, body| Section { id, heading: format!("Section {id}"), body };
        Paper {
            lang: Lang::Fr,
            title: "Échange d’étudiants".to_owned(),
            eyebrow: "Échange".to_owned(),
            lead: "Version 1".to_owned(),
            sections: vec![section("content", facts), section("parties", table)],
            foot: vec!["Empreinte 0123456789abcdef".to_owned()],
            on: NaiveDate::from_ymd_opt(2026, 10, 5).expect("a day"),
        }
    }

    fn read(bytes: &[u8]) -> (usize, String) {
        let document = lopdf::Document::load_mem(bytes).expect("a PDF");
        let pages: Vec<u32> = document.get_pages().into_keys().collect();
        let text = document.extract_text(&pages).expect("text");
        // Where the face changes, what reads it here sees a space.
        (pages.len(), text.split_whitespace().collect())
    }

    #[test]
    fn a_paper_is_an_accessible_file_with_all_its_words() {
        let bytes = pdf(&paper("Un semestre\nou une année")).expect("valid by PDF/UA-1");
        let document = lopdf::Document::load_mem(&bytes).expect("a PDF");
        let catalog = document.catalog().expect("a catalog");
        assert!(catalog.has(b"StructTreeRoot"), "it is tagged");
        assert_eq!(catalog.get(b"Lang").and_then(|lang| lang.as_str()).expect("a language"), b"fr");
        let (pages, text) = read(&bytes);
        assert_eq!(pages, 1);
        for words in ["Échanged’étudiants", "Unsemestre", "ouuneannée", "Keiō", "0123456789abcdef", "1/1"]
        {
            assert!(text.contains(words), "{words} in {text}");
        }
    }

    #[test]
    fn a_long_text_goes_on_over_pages_and_loses_nothing() {
        let said: Vec<String> = (0..200).map(|i| format!("Article {i} : les parties conviennent.")).collect();
        let (pages, text) = read(&pdf(&paper(&said.join("\n"))).expect("valid"));
        assert!((4..=8).contains(&pages), "{pages} pages");
        for i in [0, 57, 123, 199] {
            assert!(text.contains(&format!("Article{i}:")), "article {i}");
        }
    }

    #[test]
    fn letters_that_no_face_has_do_not_stop_the_paper() {
        let (_, text) = read(&pdf(&paper("香川大学 Kagawa \u{202f}× \u{1f393}")).expect("valid"));
        assert!(text.contains("Kagawa"), "{text}");
        assert!(text.contains('?'), "what cannot be printed is marked: {text}");
    }
}
