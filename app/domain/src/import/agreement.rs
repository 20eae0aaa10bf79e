//! What a row says of an agreement: it fills in the form that a person would.
//!
//! Decisions, where an office would ask:
//! - Parties, their roles, codes and signatures stand in several columns, one a party (`partner 1`, `partner 2`), or in one cell
//!   with `;`, `|` or line feeds between, in the same order.
//! - One date of signature is that of all parties; one code of reference is that of the office that manages the agreement.
//! - A title or summary whose header does not say its language has the header's.
//! - Tags stand in one cell with `;`, `|`, `,` or line feeds between; those of an agreement that is here already stay as they are.
//! - An apostrophe before `=`, `+`, `-` or `@` is what keeps spreadsheets from running a cell, and no part of it.

mod plan;

pub use plan::{Context, Found, Intake, Known, Plan, PlannedAgreement, Present, Step, plan};

use super::{
    ListColumn as Column, Mapping, SheetRow,
    plan::{Reason, told},
};
use crate::{
    agreement::{AgreementForm, PartyForm, SourceForm},
    fold::fold,
    id::AgreementId,
    listing::Tag,
    problem::Problem,
};

/// Longest title of a source, in characters: an address may stand for it.
const SOURCE_TITLE: usize = 200;

/// A row, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRow {
    /// Its number in the file.
    pub number: u32,
    /// What to call it in a report: its title as it stands there.
    pub label: String,
    /// The agreement it names.
    pub id: Option<AgreementId>,
    /// What it says; the parties are texts yet.
    pub form: AgreementForm,
    /// The code of the office that manages it, where only one is given.
    pub own_reference: Option<String>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// What of it is left out, because nobody can tell what it means.
    pub remarks: Vec<Reason>,
}

impl ReadRow {
    /// The texts of its parties.
    pub fn parties(&self) -> impl Iterator<Item = &str> {
        self.form.parties.iter().map(|party| party.search.as_str())
    }
}

/// Reads a row by what its columns mean.
pub fn read(row: &SheetRow, mapping: &Mapping) -> ReadRow {
    let cell = |column| plain(mapping.cell(row, column));
    let own = |column| cell(column).to_owned();
    let (title_fr, title_en) = (line(cell(Column::TitleFr)), line(cell(Column::TitleEn)));
    let label = if title_fr.is_empty() { &title_en } else { &title_fr };
    let each = |column| entries(mapping, row, column);
    let (parties, own_reference) = parties(&each);
    let (renewal, renewal_months) = renewal(cell(Column::Renewal));
    let mut remarks = Vec::new();
    let mut unclear = |column, problem| remarks.push(Reason::left_out(column, cell(column), problem));
    let is_open_ended = yes(cell(Column::OpenEnded)).unwrap_or_else(|problem| {
        unclear(Column::OpenEnded, problem);
        false
    });
    let id = cell(Column::Id).parse().ok();
    if id.is_none() && !cell(Column::Id).is_empty() {
        unclear(Column::Id, Problem::NotAChoice);
    }
    let tags = tags(cell(Column::Tags)).unwrap_or_else(|problem| {
        unclear(Column::Tags, problem);
        Vec::new()
    });
    let form = AgreementForm {
        kind: kind(cell(Column::AgreementKind)),
        parties,
        starts: own(Column::Starts),
        ends: own(Column::Ends),
        is_open_ended: if is_open_ended { "on".to_owned() } else { String::new() },
        notice_months: months(cell(Column::NoticeMonths)),
        renewal,
        renewal_months: match months(cell(Column::RenewalMonths)) {
            months if months.is_empty() => renewal_months,
            months => months,
        },
        summary_fr: own(Column::SummaryFr),
        summary_en: own(Column::SummaryEn),
        fields: own(Column::Fields).replace('|', ","),
        visibility: visibility(cell(Column::Visibility)),
        sources: source(cell(Column::Source), cell(Column::Link)).into_iter().collect(),
        title_fr: title_fr.clone(),
        title_en: title_en.clone(),
        ..AgreementForm::default()
    };
    ReadRow { number: row.number, label: told(label), id, form, own_reference, tags, remarks }
}

/// The cell without what keeps spreadsheets from running it.
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    }
}

/// A text as one line: cells of spreadsheets hold line feeds.
fn line(raw: &str) -> String {
    raw.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands for each party: a column each, or one cell with signs between.
fn entries<'a>(mapping: &Mapping, row: &'a SheetRow, column: Column) -> Vec<&'a str> {
    match mapping.cells(row, column).as_slice() {
        [one] if one.trim().is_empty() => Vec::new(),
        [one] => one.split([';', '|', '\n']).map(plain).collect(),
        several => several.iter().map(|cell| plain(cell)).collect(),
    }
}

fn parties<'a>(each: &impl Fn(Column) -> Vec<&'a str>) -> (Vec<PartyForm>, Option<String>) {
    let names = each(Column::Party);
    let [roles, references, signatories, titles, dates] =
        [Column::Role, Column::Reference, Column::Signatory, Column::SignatoryTitle, Column::SignedOn]
            .map(each);
    let at = |cells: &[&str], i: usize| cells.get(i).map(|cell| line(cell)).unwrap_or_default();
    let own_reference = match references.as_slice() {
        [one] if names.len() != 1 => Some(line(one)),
        _ => None,
    };
    let party = |(i, name): (usize, &&str)| PartyForm {
        search: line(name),
        role: role(&at(&roles, i)),
        reference: if own_reference.is_some() { String::new() } else { at(&references, i) },
        signatory: at(&signatories, i),
        signatory_title: at(&titles, i),
        signed_on: if let [one] = dates.as_slice() { line(one) } else { at(&dates, i) },
        ..PartyForm::default()
    };
    let parties = names.iter().enumerate().filter(|(_, name)| !name.is_empty()).map(party);
    (parties.collect(), own_reference.filter(|reference| !reference.is_empty()))
}

fn source(title: &str, link: &str) -> Option<SourceForm> {
    let said = if title.is_empty() { link } else { title };
    let title = line(said).chars().take(SOURCE_TITLE).collect();
    (!said.is_empty()).then(|| SourceForm { title, url: link.to_owned(), ..SourceForm::default() })
}

/// Whether a cell says yes; an empty one does not.
fn yes(raw: &str) -> Result<bool, Problem> {
    match fold(raw).as_str() {
        "yes" | "oui" | "x" | "true" | "vrai" | "1" | "on" | "y" | "o" => Ok(true),
        "" | "no" | "non" | "false" | "faux" | "0" | "off" | "n" => Ok(false),
        _ => Err(Problem::NotAChoice),
    }
}

/// The tags of a cell, each once.
fn tags(cell: &str) -> Result<Vec<Tag>, Problem> {
    let mut tags: Vec<Tag> = Vec::new();
    for entry in cell.split([';', '|', ',', '\n']).map(str::trim).filter(|entry| !entry.is_empty()) {
        let tag = Tag::parse(entry)?;
        if tags.iter().all(|other| other.key() != tag.key()) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// The number of months, with or without the word.
fn months(raw: &str) -> String {
    let folded = fold(raw);
    match folded.split_once(' ') {
        Some((number, "months" | "month" | "mois")) => number.to_owned(),
        _ => raw.to_owned(),
    }
}

/// The word of a choice: the registry's own, or what people write; what is neither stays as it is, to be refused.
fn choice(raw: &str, words: &[(&str, &str)]) -> String {
    let folded = fold(raw);
    let is_meant =
        |(code, said): &&(&str, &str)| fold(code) == folded || said.split(", ").any(|word| word == folded);
    words.iter().find(is_meant).map_or_else(|| raw.to_owned(), |(code, _)| (*code).to_owned())
}

fn kind(raw: &str) -> String {
    choice(
        raw,
        &[
            ("declaration_of_intent", "declaration d intention, letter of intent, lettre d intention, loi"),
            (
                "framework",
                "framework agreement, framework convention, memorandum, memorandum of understanding, mou, \
                 convention cadre, accord cadre, protocole d accord, cooperation agreement, accord de cooperation",
            ),
            (
                "student_exchange",
                "exchange, exchange agreement, student mobility, echange, accord d echange, echange d etudiants, \
                 mobilite etudiante, mobilite des etudiants",
            ),
            (
                "staff_exchange",
                "staff mobility, echange de personnel, echange de personnels, mobilite du personnel, \
                 mobilite des personnels",
            ),
            ("double_degree", "dual degree, double diplome, double diplomation"),
            ("joint_degree", "diplome conjoint, diplome commun"),
            ("learning_trip", "study trip, voyage d apprentissage, voyage d etude, voyage d etudes"),
            ("research", "research agreement, recherche, accord de recherche, collaboration de recherche"),
            ("network", "consortium, consortium or network, reseau, consortium ou reseau"),
        ],
    )
}

fn role(raw: &str) -> String {
    choice(
        raw,
        &[
            ("signatory", "signataire, partner, partenaire"),
            ("coordinator", "coordinateur, coordinatrice, coordinating institution, lead"),
            ("associate", "associe, associated partner, associee, partenaire associe"),
        ],
    )
}

fn visibility(raw: &str) -> String {
    choice(
        raw,
        &[
            ("public", "everyone, tous, tout le monde, publique"),
            ("parties", "the parties, les parties, parties only, its parties, ses parties"),
        ],
    )
}

/// What happens at the end, and the months of a renewal where they are said with it.
fn renewal(raw: &str) -> (String, String) {
    let word = choice(
        raw,
        &[
            ("none", "no, non, it ends, il prend fin, prend fin, aucun, aucune, ends, not renewable"),
            (
                "by_agreement",
                "renewable, may be renewed by a new agreement, renouvelable, expresse, par avenant, \
                 renouvelable par un nouvel accord, yes, oui",
            ),
            (
                "tacit",
                "tacit renewal, automatic, automatically, renews itself, tacite, tacite reconduction, automatique",
            ),
        ],
    );
    let folded = fold(raw);
    let is_tacit = ["tacit", "renews itself", "automat"].iter().any(|word| folded.starts_with(word));
    let number = folded.split(' ').find(|word| word.parse::<u16>().is_ok());
    match number {
        Some(months) if is_tacit => ("tacit".to_owned(), months.to_owned()),
        _ => (word, String::new()),
    }
}

/// The column that a field of the form comes from.
fn column_of(field: &str) -> Column {
    let leaf = field.rsplit('.').next().unwrap_or(field);
    match (leaf, field.starts_with("sources")) {
        ("title" | "read_on" | "note", true) => Column::Source,
        ("url", true) => Column::Link,
        ("kind", _) => Column::AgreementKind,
        ("title_fr", _) => Column::TitleFr,
        ("title_en", _) => Column::TitleEn,
        ("role", _) => Column::Role,
        ("reference", _) => Column::Reference,
        ("signatory", _) => Column::Signatory,
        ("signatory_title", _) => Column::SignatoryTitle,
        ("signed_on", _) => Column::SignedOn,
        ("starts", _) => Column::Starts,
        ("ends", _) => Column::Ends,
        ("is_open_ended", _) => Column::OpenEnded,
        ("notice_months", _) => Column::NoticeMonths,
        ("renewal", _) => Column::Renewal,
        ("renewal_months", _) => Column::RenewalMonths,
        ("summary_fr", _) => Column::SummaryFr,
        ("summary_en", _) => Column::SummaryEn,
        ("fields", _) => Column::Fields,
        ("visibility", _) => Column::Visibility,
        _ => Column::Party,
    }
}

/// What a field of the form holds.
fn value_of<'a>(form: &'a AgreementForm, field: &str) -> &'a str {
    let mut path = field.split('.');
    let first = path.next().unwrap_or_default();
    let index = path.next().and_then(|index| index.parse::<usize>().ok());
    let leaf = path.next().unwrap_or_default();
    match (first, index) {
        ("parties", Some(i)) => form.parties.get(i).map_or("", |party| match leaf {
            "role" => &party.role,
            "reference" => &party.reference,
            "signatory" => &party.signatory,
            "signatory_title" => &party.signatory_title,
            "signed_on" => &party.signed_on,
            _ => &party.search,
        }),
        ("sources", Some(i)) => form.sources.get(i).map_or("", |source| match leaf {
            "url" => &source.url,
            _ => &source.title,
        }),
        ("kind", _) => &form.kind,
        ("title_fr", _) => &form.title_fr,
        ("title_en", _) => &form.title_en,
        ("starts", _) => &form.starts,
        ("ends", _) => &form.ends,
        ("notice_months", _) => &form.notice_months,
        ("renewal", _) => &form.renewal,
        ("renewal_months", _) => &form.renewal_months,
        ("summary_fr", _) => &form.summary_fr,
        ("summary_en", _) => &form.summary_en,
        ("fields", _) => &form.fields,
        ("visibility", _) => &form.visibility,
        _ => "",
    }
}

/// What is wrong with each field, as reasons.
fn reasons(form: &AgreementForm, errors: crate::problem::FieldErrors) -> Vec<Reason> {
    let reason = |error: crate::problem::FieldError| {
        Reason::left_out(column_of(&error.field), value_of(form, &error.field), error.problem)
    };
    errors.0.into_iter().map(reason).collect()
}
