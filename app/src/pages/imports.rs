//! Imports: the list with the form that brings a file, and one import.

use crate::{
    desk::{
        self, Desk,
        imports::{self, ImportView, RowFilter, RowView},
    },
    error::AppError,
    islands::{ImportProgress, UploadProgress},
    pages::{agreements::value_in_words, done, page, param, query_string, refusal, title},
    texts::Texts,
    ui::*,
};
use domain::{
    agreement::Difference,
    id::ImportId,
    import::{FILE_MEGABYTES_MAX, ImportKind, ImportState, ListColumn, Mapping, plan::Counts, plan::Outcome},
};
use leptos::prelude::*;
use store::import::Import;

/// Encodings that offices meet beside Unicode, with what they are called.
pub(super) const fn encodings(t: Texts) -> [(&'static str, &'static str); 5] {
    [
        ("windows-1252", t.import_encoding_western()),
        ("windows-1250", t.import_encoding_central()),
        ("windows-1253", t.import_encoding_greek()),
        ("windows-1254", t.import_encoding_turkish()),
        ("macintosh", "Macintosh"),
    ]
}

/// The list, and the form that brings a file.
#[component]
pub fn ImportsPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let t = Texts(desk.lang());
        let imports = imports::list(&desk).await?;
        let kept = desk::kept::<()>(&desk, "/admin/imports").await?;
        let error = kept.and_then(|kept| kept.error);
        let kinds = imports::kinds(&desk);
        let lead = if kinds.contains(&ImportKind::Institutions) {
            t.imports_lead()
        } else {
            t.imports_lead_office()
        };
        let list = if imports.is_empty() {
            view! { <EmptyState title=t.imports_none() /> }.into_any()
        } else {
            table(&desk, &imports)
        };
        let bring = bring(&desk, &kinds);
        Ok(view! {
            {title(t.imports())}
            <PageHeader title=t.imports() lead=lead />
            {done(&desk, &[("discarded", t.import_discarded())])}
            {refusal(t, error.as_ref(), "")}
            <Section id="bring" title=t.import_bring()>{bring}</Section>
            <Section id="imports" title=t.imports_done()>{list}</Section>
        })
    })
}

fn bring(desk: &Desk, kinds: &[ImportKind]) -> AnyView {
    let t = Texts(desk.lang());
    let asked = desk::query_value(&desk.visit.query, "kind");
    let selected = asked.as_deref().and_then(|kind| ImportKind::parse(kind).ok());
    let selected = selected.or_else(|| kinds.first().copied()).map(ImportKind::code).unwrap_or_default();
    let options: Vec<(String, String)> =
        kinds.iter().map(|kind| (kind.code().to_owned(), t.import_kind(*kind).to_owned())).collect();
    let encodings = encodings(t).map(|(code, name)| (code.to_owned(), name.to_owned())).to_vec();
    view! {
        <form class="form" method="post" action="/api/bring_import" enctype="multipart/form-data">
            <input type="hidden" name="lang" value=desk.lang().code() />
            <Select name="kind" label=t.import_kind_word() options=options selected=selected />
            <Select
                name="encoding"
                label=t.import_encoding()
                help=t.import_encoding_help()
                options=encodings
                none=t.import_encoding_unicode()
            />
            <Field name="file" kind="file" accept=".xlsx,.csv,.tsv,.txt" label=t.import_file() help=t.import_file_help() required=t.required() />
            <UploadProgress lang=desk.lang() megabytes=FILE_MEGABYTES_MAX />
            <Actions>
                <Button kind=ButtonKind::Primary>{t.import_look()}</Button>
            </Actions>
        </form>
    }
    .into_any()
}

fn table(desk: &Desk, imports: &[Import]) -> AnyView {
    let t = Texts(desk.lang());
    let columns = vec![
        Column::text(t.import_file()),
        Column::text(t.import_kind_word()),
        Column::date(t.audit_when()),
        Column::text(t.audit_who()),
        Column::text(t.import_state_word()),
        Column::text(t.import_rows()),
    ];
    let row = |import: &Import| {
        let href = desk.href(&format!("/admin/imports/{}", import.id));
        let counts = (import.state != ImportState::Read).then(|| summary(t, import.counts));
        Row::new()
            .cell(view! { <a class="row-link" href=href>{import.file.name.clone()}</a> })
            .cell(t.import_kind(import.kind))
            .cell(import.created_at.format("%Y-%m-%d %H:%M UTC").to_string())
            .cell(who(t, import))
            .cell(t.import_state(import.state))
            .cell(counts)
    };
    let rows: Vec<Row> = imports.iter().map(row).collect();
    view! {
        <Table id="import-list" caption=t.imports_done() caption_unseen=true columns=columns rows=rows fold=true />
    }
    .into_any()
}

fn who(t: Texts, import: &Import) -> String {
    if import.is_operators { t.audit_operator().to_owned() } else { import.created_name.clone() }
}

fn summary(t: Texts, counts: Counts) -> String {
    let number = |count: u32| t.number(i64::from(count));
    t.import_summary(
        &number(counts.read),
        &number(counts.new),
        &number(counts.same),
        &number(counts.changed),
        &number(counts.flagged),
        &number(counts.refused),
    )
}

/// One import.
#[component]
pub fn ImportPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: ImportId = id.parse().map_err(|_| AppError::NotFound)?;
        let asked = |key| desk::query_value(&desk.visit.query, key).unwrap_or_default();
        let filter = RowFilter {
            outcome: Outcome::parse(&asked("rows")).ok(),
            after: asked("after").parse().unwrap_or(0),
        };
        let view = imports::view(&desk, id, filter).await?;
        let kept = desk::kept::<()>(&desk, &format!("/admin/imports/{id}")).await?;
        Ok(show(&desk, &view, filter, kept.and_then(|kept| kept.error).as_ref()))
    })
}

fn show(desk: &Desk, view: &ImportView, filter: RowFilter, error: Option<&AppError>) -> AnyView {
    let t = Texts(desk.lang());
    let name = t.import_title(&view.import.file.name);
    let trail = vec![(desk.href("/admin/imports"), t.imports().to_owned())];
    let said = done(
        desk,
        &[
            ("mapped", t.import_mapped()),
            ("begun", t.import_begun()),
            ("confirmed", t.import_confirmed()),
            ("undone", t.import_undone()),
        ],
    );
    if let Some((done, of)) = view.under_way.and_then(|under_way| under_way.rows) {
        return under_way(desk, view, &name, done, of);
    }
    let elsewhere = view.under_way.map(|under_way| {
        let since = under_way.since.format("%Y-%m-%d %H:%M UTC").to_string();
        view! { <Notice tone=Tone::Warning title=t.import_elsewhere(&since) /> }
    });
    let error = error.or(view.failure.as_ref());
    let state = t.import_state_sentence(view.import.state);
    let lacks = view
        .lacks
        .map(|why| view! { <Notice tone=Tone::Warning title=t.import_unreadable(why) live=true /> });
    let mapping = view.mapping.as_ref().map(|(mapping, sample)| {
        let columns = columns(desk, view.import.id, mapping, sample);
        view! { <Section id="columns" title=t.import_columns()>{columns}</Section> }
    });
    let rows = rows(desk, view, filter);
    view! {
        {title(name.clone())}
        <Breadcrumbs label=t.imports() trail=trail here=name.clone() />
        <PageHeader title=name lead=state />
        {said}
        {refusal(t, error, "")}
        {elsewhere}
        {lacks}
        <p>{summary(t, view.counts)}</p>
        {aside(t, view)}
        {acts(desk, view)}
        {mapping}
        <Section id="rows" title=t.import_rows()>{rows}</Section>
    }
    .into_any()
}

/// An import that is being written.
fn under_way(desk: &Desk, view: &ImportView, name: &str, done: u32, of: u32) -> AnyView {
    let t = Texts(desk.lang());
    let trail = vec![(desk.href("/admin/imports"), t.imports().to_owned())];
    let page = desk.href(&format!("/admin/imports/{}", view.import.id));
    view! {
        {title(name.to_owned())}
        <Breadcrumbs label=t.imports() trail=trail here=name.to_owned() />
        <PageHeader title=name.to_owned() lead=t.import_under_way() />
        <ImportProgress lang=desk.lang() id=view.import.id.to_string() page=page.clone() rows=done of=of />
        <Actions>
            <a class="button" href=page>{t.import_refresh()}</a>
        </Actions>
    }
    .into_any()
}

/// The buttons of an import.
fn acts(desk: &Desk, view: &ImportView) -> AnyView {
    let t = Texts(desk.lang());
    let id = view.import.id;
    let buttons = match view.import.state {
        ImportState::Read => {
            let taken = view.counts.new + view.counts.changed;
            let confirm = match (view.lacks, taken) {
                (Some(_), _) => ().into_any(),
                (None, 0) => view! { <p>{t.import_nothing()}</p> }.into_any(),
                (None, _) => view! {
                    <Button kind=ButtonKind::Primary name="act" value="confirm">
                        {t.import_confirm(&t.number(i64::from(taken)))}
                    </Button>
                }
                .into_any(),
            };
            view! {
                {confirm}
                <Button name="act" value="discard">{t.import_discard()}</Button>
            }
            .into_any()
        }
        ImportState::Done if view.counts.new + view.counts.changed > 0 => view! {
            <Confirm label=t.import_undo() warning=t.import_undo_warning()>
                <Button kind=ButtonKind::Danger name="act" value="undo">
                    {t.import_undo()}
                </Button>
            </Confirm>
        }
        .into_any(),
        ImportState::Done | ImportState::Undone => return ().into_any(),
    };
    view! {
        <form method="post" action="/api/act_on_import">
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="id" value=id.to_string() />
            <Actions>{buttons}</Actions>
        </form>
    }
    .into_any()
}

/// The columns that nothing is taken from.
fn aside(t: Texts, view: &ImportView) -> Option<AnyView> {
    let (mapping, _) = view.mapping.as_ref()?;
    let aside = mapping.headers.iter().zip(&mapping.columns).filter(|(_, meant)| meant.is_none());
    let headers: Vec<String> =
        aside.filter(|(header, _)| !header.is_empty()).map(|(header, _)| short(header)).collect();
    (!headers.is_empty())
        .then(|| view! { <p class="quiet-text">{t.import_aside(&headers.join(", "))}</p> }.into_any())
}

/// What each column means, to be corrected.
fn columns(desk: &Desk, id: ImportId, mapping: &Mapping, sample: &[String]) -> AnyView {
    let t = Texts(desk.lang());
    let options: Vec<(String, String)> = ListColumn::of(mapping.kind)
        .map(|column| (column.code().to_owned(), t.import_column(column).to_owned()))
        .collect();
    let fields = mapping.headers.iter().zip(&mapping.columns).enumerate().map(|(i, (header, meant))| {
        let label = if header.is_empty() { t.import_column_number(i + 1) } else { header.clone() };
        let example =
            sample.get(i).filter(|cell| !cell.is_empty()).map(|cell| t.import_example(&short(cell)));
        view! {
            <Select
                name=format!("columns[{i}]")
                label=label
                help=example.unwrap_or_default()
                options=options.clone()
                selected=meant.map(ListColumn::code).unwrap_or_default()
                none=t.import_column_aside()
            />
        }
    });
    let fields: Vec<_> = fields.collect();
    view! {
        <details>
            <summary>{t.import_columns_correct()}</summary>
            <form class="form" method="post" action="/api/act_on_import">
                <input type="hidden" name="lang" value=desk.lang().code() />
                <input type="hidden" name="id" value=id.to_string() />
                {fields}
                <Actions>
                    <Button name="act" value="map">{t.import_map()}</Button>
                </Actions>
            </form>
        </details>
    }
    .into_any()
}

/// The beginning of a cell.
fn short(cell: &str) -> String {
    const LENGTH: usize = 60;
    let line = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LENGTH {
        return line;
    }
    line.chars().take(LENGTH).chain(['…']).collect()
}

fn rows(desk: &Desk, view: &ImportView, filter: RowFilter) -> AnyView {
    let t = Texts(desk.lang());
    let path = format!("/admin/imports/{}", view.import.id);
    let address = |outcome: Option<Outcome>, after: u32| {
        let after = if after > 0 { after.to_string() } else { String::new() };
        let outcome = outcome.map(Outcome::code).unwrap_or_default();
        desk.href(&format!("{path}{}", query_string(&[("rows", outcome), ("after", &after)])))
    };
    let is_read = view.import.state == ImportState::Read;
    let choices =
        [None, Some(Outcome::New), Some(Outcome::Changed), Some(Outcome::Refused), Some(Outcome::Same)];
    let links =
        choices.into_iter().filter(|outcome| is_read || *outcome != Some(Outcome::Same)).map(|outcome| {
            let label = outcome.map_or(t.import_rows_told(), |outcome| t.import_outcome(outcome));
            let current = (outcome == filter.outcome).then_some("true");
            view! { <li><a href=address(outcome, 0) aria-current=current>{label}</a></li> }
        });
    let links: Vec<_> = links.collect();
    let body = if view.rows.is_empty() {
        view! { <EmptyState title=t.import_no_row() /> }.into_any()
    } else {
        row_table(desk, view)
    };
    let next = view.next.map(|after| address(filter.outcome, after));
    let first = (filter.after > 0).then(|| address(filter.outcome, 0));
    view! {
        <nav class="sorts" aria-label=t.import_rows()>
            <ul>{links}</ul>
        </nav>
        {body}
        <Pager
            label=t.pages_label()
            previous=first
            previous_label=t.first_page()
            next=next
            next_label=t.next_page()
        />
    }
    .into_any()
}

fn row_table(desk: &Desk, view: &ImportView) -> AnyView {
    let t = Texts(desk.lang());
    let (noun, label) = match view.import.kind {
        ImportKind::Institutions => ("institutions", t.column_institution()),
        ImportKind::Agreements => ("agreements", t.column_agreement()),
    };
    let columns = vec![
        Column::number(t.import_row()),
        Column::text(label),
        Column::text(t.import_outcome_word()),
        Column::text(t.import_reasons()),
    ];
    let row = |row: &RowView| {
        let label = match row.subject {
            Some(id) => {
                let href = desk.href(&format!("/{noun}/{id}"));
                view! { <a href=href>{row.label.clone()}</a> }.into_any()
            }
            None => row.label.clone().into_any(),
        };
        let words = |field: &str, value: &str| value_in_words(desk.lang(), &view.names, field, value);
        let changes = row.changes.iter().map(|change| {
            let Difference { field, before, after } = change;
            t.import_said(view.import.kind, field, &words(field, before), &words(field, after))
        });
        let reasons: Vec<String> =
            changes.chain(row.reasons.iter().map(|reason| t.import_reason(reason))).collect();
        Row::new()
            .cell(t.number(i64::from(row.number)))
            .cell(label)
            .cell(t.import_outcome(row.outcome))
            .cell(reasons.join(" "))
    };
    let rows: Vec<Row> = view.rows.iter().map(row).collect();
    view! {
        <Table id="import-rows" caption=t.import_rows() caption_unseen=true columns=columns rows=rows fold=true />
    }
    .into_any()
}
