//! The board of places: flows by year, filters in the address.

use super::{bar, ledger_path};
use crate::{
    desk::{
        Desk,
        balance::pair_page,
        board::{self, Board, BoardQuery, Groups, present_year},
        read_query,
        seats::{Of, ledger_page},
        with_query,
    },
    islands::SeatBoard,
    pages::{agreements::name_of, chip, in_words, page, query_string, title},
    texts::Texts,
    ui::*,
};
use domain::{
    country::Country,
    eqf::EqfLevel,
    flow::{CapPeriod, Flow, MobilityKind, SeatUnit, YearForms},
    isced::IscedField,
    seats::{Asked, Direction, Fullness, Grouping, is_unused},
};
use leptos::prelude::*;
use store::{
    board::{BoardGroup, BoardRow},
    institution::InstitutionItem,
};

/// `/:lang/seats`.
#[component]
pub fn SeatsPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let query: BoardQuery = read_query(&desk.visit.query);
        let board = board::show(&desk, &query).await?;
        Ok(show(&desk, &query, &board))
    })
}

fn show(desk: &Desk, query: &BoardQuery, board: &Board) -> AnyView {
    let t = Texts(desk.lang());
    let chips = chips(desk, query, board);
    let is_filtered = !chips.is_empty();
    let rail = filters(desk, query, board, chips.len());
    let (results, next) = match &board.groups {
        Some(groups) => (sums(desk, query, board, groups), groups.page.next.as_ref()),
        None => (rows(desk, board), board.page.next.as_ref()),
    };
    let is_empty = board.count == 0;
    let results = if is_empty { empty(t, is_filtered) } else { results };
    let next = next.map(|cursor| address(desk, query, &[("after", &cursor.to_string())]));
    let first = (!query.after.is_empty()).then(|| address(desk, query, &[("after", "")]));
    let not_understood = (!board.errors.is_empty())
        .then(|| view! { <Notice tone=Tone::Warning title=t.filter_not_understood() /> });
    // A sum is of flows that have no line, and how full a year is decides whether a flow has one.
    let is_fluid = board.groups.is_some() || board.filter.fullness.is_some() || board.filter.is_unused;
    let live = (is_fluid || !is_empty).then(|| {
        let here = with_query(&desk.visit.path, &desk.visit.query);
        view! { <SeatBoard lang=desk.lang() href=here is_fluid=is_fluid /> }
    });
    let counted = count(t, board);
    let (years, groupings) = (years(desk, query, board), groupings(desk, query, board));
    let tools = (!is_empty).then(|| tools(desk, query));
    let chips = view! {
        <Chips label=t.active_filters() chips=chips clear=desk.href("/seats") clear_label=t.clear_filters() />
    };
    view! {
        {title(t.seats())}
        <PageHeader title=t.seats() lead=t.board_lead() />
        {not_understood}
        <Listing rail=move || rail>
            {chips}
            <div class="bar-above">
                <p>
                    <strong id="board-count">{counted}</strong>
                </p>
                {years}
                {groupings}
            </div>
            {live}
            {results}
            {tools}
            <Pager label=t.pages_label() previous=first previous_label=t.first_page() next=next next_label=t.next_page() />
        </Listing>
    }
    .into_any()
}

fn count(t: Texts, board: &Board) -> String {
    let by = board.groups.as_ref().map(|groups| groups.by);
    let (one, many) = match by {
        Some(Grouping::Partner) => (t.board_partner(), t.board_partner_many()),
        Some(_) => (t.board_group_one(), t.board_group_many()),
        None => (t.board_flow_one(), t.board_flow_many()),
    };
    t.counted(board.count, &one.to_lowercase(), many)
}

fn empty(t: Texts, is_filtered: bool) -> AnyView {
    let text = if is_filtered { t.board_empty_filtered() } else { t.board_empty_text() };
    view! { <EmptyState title=t.board_empty_title() text=text /> }.into_any()
}

/// The three years as the flows of the page count them: `2025/2026`.
fn shown_years(board: &Board) -> [String; 3] {
    let year = board.filter.year;
    let forms = YearForms::of(board.page.rows.iter().map(|row| &row.record.flow));
    [year - 1, year, year + 1].map(|first| forms.name(first))
}

fn rows(desk: &Desk, board: &Board) -> AnyView {
    let t = Texts(desk.lang());
    let columns = std::iter::once(Column::text(t.board_flow()));
    let years = shown_years(board);
    let balance = Column::number(t.board_balance(&years[1]));
    let columns = columns.chain(years.into_iter().map(Column::text)).chain([balance]).collect();
    let lines = board.page.rows.iter().map(|row| line(desk, board, row)).collect();
    let names = [t.board_key_confirmed(), t.board_key_kept(), t.board_key_free()].map(str::to_owned);
    let more = [t.board_key_waiting(), t.board_key_beyond()].map(str::to_owned).to_vec();
    view! {
        <Table id="seats" caption=t.seats() caption_unseen=true columns=columns rows=lines fold=true class="board figures" />
        <SeatKey label=t.board_legend() names=names more=more />
    }
    .into_any()
}

fn line(desk: &Desk, board: &Board, row: &BoardRow) -> Row {
    let year = board.filter.year;
    let mut line = Row::new().cell(name(desk, board, row));
    for (i, first) in [year - 1, year, year + 1].into_iter().enumerate() {
        line = line.cell(cell(desk, row, first, i));
    }
    line.cell(balance(desk, board, row))
}

/// What the institution at this end sent the partner less what it received, and the way to how that came about. Nothing between an
/// institution and its unit.
fn balance(desk: &Desk, board: &Board, row: &BoardRow) -> Option<AnyView> {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let [own, partner] = row.pair();
    let amount = t.amount(board.balances.of([own, partner])?);
    let [own_name, partner_name] = [own, partner].map(|id| name_of(&board.page.names, id, lang));
    let year = row.record.flow.year_from(board.filter.year)?.to_string();
    let label = t.board_balance_of(&amount, &own_name, &partner_name, &year);
    let href = desk.href(&pair_page(own, partner));
    Some(view! { <a href=href aria-label=label>{amount}</a> }.into_any())
}

/// The partner, and under it what the flow is; the mark by which the page is followed.
fn name(desk: &Desk, board: &Board, row: &BoardRow) -> AnyView {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let flow = &row.record.flow;
    let [sender, receiver] = [flow.sender, flow.receiver].map(|id| name_of(&board.page.names, id, lang));
    let href = desk.href(&ledger_path(flow, board.filter.year));
    let tags = [
        (is_unused(&row.years) && !row.record.is_dropped).then(|| t.board_unused()),
        row.record.is_dropped.then(|| t.board_gone()),
        (flow.cap_period == CapPeriod::Agreement).then(|| t.board_whole()),
        (flow.unit == SeatUnit::Semester).then(|| t.board_semesters()),
        flow.is_southern().then(|| t.board_calendar_years()),
    ];
    let mark = flow.cap_to_confirm.then(|| view! { " " <ToConfirm label=t.to_confirm() /> });
    let tags = tags.into_iter().flatten().map(|label| view! { " " <Tag label=label /> }).collect_view();
    let words = what(t, flow);
    let partner = name_of(&board.page.names, row.partner, lang);
    view! {
        <span data-line=flow.id.to_string()>
            <a href=href>{partner}</a>
        </span>
        <span class="under small-text">{t.flow_between(&sender, &receiver)}</span>
        <span class="under small-text">{words} {tags} {mark}</span>
    }
    .into_any()
}

/// Who goes for what: kind, levels, fields.
fn what(t: Texts, flow: &Flow) -> String {
    let levels = flow.levels.iter().map(|level| t.eqf_level(*level));
    let fields = flow.fields.iter().map(ToString::to_string);
    let asked: Vec<String> = levels.chain(fields).collect();
    let kind = t.mobility_kind(flow.kind);
    if asked.is_empty() { kind.to_owned() } else { format!("{kind} · {}", asked.join(", ")) }
}

/// The places of one year, the pool's under them.
fn cell(desk: &Desk, row: &BoardRow, first: i32, i: usize) -> AnyView {
    let t = Texts(desk.lang());
    let flow = &row.record.flow;
    let (Some(tally), Some(year)) = (&row.years[i], flow.year_from(first)) else {
        return view! { <span class="quiet-text small-text">{t.board_not_open()}</span> }.into_any();
    };
    let href = desk.href(&ledger_path(flow, first));
    let pool =
        row.pool.as_ref().and_then(|pool| Some((pool, pool.years[i].as_ref()?))).map(|(pool, tally)| {
            let name = t.board_pool_line(t.pool_name(&pool.name_fr, &pool.name_en));
            let explained = desk.href(&ledger_page(Of::Pool(pool.id), first));
            let of_pool = bar(desk, explained, year, tally);
            view! { <span class="under small-text">{name}</span> {of_pool} }
        });
    view! { {bar(desk, href, year, tally)} {pool} }.into_any()
}

fn sums(desk: &Desk, query: &BoardQuery, board: &Board, groups: &Groups) -> AnyView {
    let t = Texts(desk.lang());
    let is_of_partners = groups.by == Grouping::Partner;
    let mut columns = vec![
        Column::text(t.grouping_column(groups.by)),
        Column::number(t.board_flows()),
        Column::number(t.ledger_cap()),
        Column::number(t.ledger_capacity()),
        Column::number(t.ledger_used()),
        Column::number(t.ledger_remaining()),
        Column::number(t.ledger_waiting()),
    ];
    let year = YearForms::default().name(board.filter.year);
    columns.extend(is_of_partners.then(|| Column::number(t.board_balance(&year))));
    let line = |group: &BoardGroup| {
        let (key, word) = groups.name(t, group);
        let sums = &group.sums;
        let shares = t.taken_shares(sums.confirmed, sums.accepted, sums.held);
        let shares = shares.map(|words| view! { <span class="under small-text">{words}</span> });
        let filter = match groups.by {
            Grouping::Partner => "partner",
            Grouping::Country => "country",
            Grouping::Level => "level",
            Grouping::Field => "field",
        };
        let href = address(desk, query, &[("group", ""), (filter, &key)]);
        let row = Row::new()
            .cell(view! { <a class="row-link" href=href data-line=key>{word}</a> })
            .cell(t.number(sums.flows))
            .cell(t.number(sums.cap))
            .cell(t.number(sums.capacity))
            .cell(view! { {t.number(sums.used())} {shares} })
            .cell(t.number(sums.remaining))
            .cell(t.number(sums.waiting));
        let balance = groups.balance(group).map(|balance| t.amount(balance));
        if is_of_partners { row.cell(balance) } else { row }
    };
    let lines = groups.page.groups.iter().map(line).collect();
    let of_balances = is_of_partners.then(|| t.board_group_balances());
    view! {
        <Table id="sums" caption=t.seats() caption_unseen=true columns=columns rows=lines fold=true class="figures" />
        <p class="quiet-text small-text">{t.board_group_note()} " " {of_balances}</p>
    }
    .into_any()
}

/// The board exactly as it is filtered, to be taken away.
fn tools(desk: &Desk, query: &BoardQuery) -> AnyView {
    let t = Texts(desk.lang());
    let own = address(desk, query, &[("after", "")]);
    let own = own.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
    let file = |kind: &str| desk.href(&with_query(&format!("/seats/files/seats.{kind}"), &own));
    view! {
        <section class="list-tools" aria-label=t.list_tools()>
            <ul class="plain">
                <li>
                    {t.export()} " " <a href=file("csv")>{t.export_csv()}</a> " · " <a href=file("xlsx")>{t.export_xlsx()}</a>
                </li>
            </ul>
        </section>
    }
    .into_any()
}

/// The address of the board with some parts of the query set anew; a new filter begins at the first page.
fn address(desk: &Desk, query: &BoardQuery, set: &[(&str, &str)]) -> String {
    let of = |key, value| set.iter().find(|(k, _)| *k == key).map_or(value, |(_, v)| *v);
    let pairs = [
        ("q", of("q", query.q.as_str())),
        ("office", of("office", &query.office)),
        ("partner", of("partner", &query.partner)),
        ("country", of("country", &query.country)),
        ("level", of("level", &query.level)),
        ("field", of("field", &query.field)),
        ("kind", of("kind", &query.kind)),
        ("direction", of("direction", &query.direction)),
        ("fullness", of("fullness", &query.fullness)),
        ("unused", of("unused", &query.unused)),
        ("group", of("group", &query.group)),
        ("from", of("from", &query.from)),
        ("after", of("after", "")),
    ];
    desk.href(&format!("/seats{}", query_string(&pairs)))
}

/// Earlier and later years.
fn years(desk: &Desk, query: &BoardQuery, board: &Board) -> AnyView {
    let t = Texts(desk.lang());
    let (year, present) = (board.filter.year, present_year(desk));
    let at = |first: i32| address(desk, query, &[("from", &first.to_string())]);
    let back = (year != present).then(|| {
        let href = address(desk, query, &[("from", "")]);
        view! { <li><a href=href>{t.board_today()}</a></li> }
    });
    view! {
        <nav class="sorts" aria-label=t.board_years()>
            <ul>
                <li>
                    <a href=at(year - 2) rel="prev">
                        {t.board_earlier()}
                    </a>
                </li>
                {back}
                <li>
                    <a href=at(year) rel="next">
                        {t.board_later()}
                    </a>
                </li>
            </ul>
        </nav>
    }
    .into_any()
}

/// Flow by flow, or added up.
fn groupings(desk: &Desk, query: &BoardQuery, board: &Board) -> AnyView {
    let t = Texts(desk.lang());
    let now = board.groups.as_ref().map(|groups| groups.by);
    let all = std::iter::once(None).chain(Grouping::ALL.iter().map(|by| Some(*by)));
    let links = all.map(|by| {
        let href = address(desk, query, &[("group", by.map_or("", Grouping::code))]);
        let word = by.map_or_else(|| t.board_no_group(), |by| t.grouping(by));
        view! { <li><a href=href aria-current=(by == now).then_some("true")>{word}</a></li> }
    });
    view! {
        <nav class="sorts" aria-label=t.board_group()>
            <span class="quiet-text">{t.board_group()}</span>
            <ul>{links.collect_view()}</ul>
        </nav>
    }
    .into_any()
}

fn named(item: Option<&InstitutionItem>, desk: &Desk) -> Option<String> {
    item.map(|item| in_words(&item.names, desk.lang()).0)
}

fn chips(desk: &Desk, query: &BoardQuery, board: &Board) -> Vec<Chip> {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let filter = &board.filter;
    let level = filter.level.map(|level| match level {
        Asked::Nothing => t.board_any_level().to_owned(),
        Asked::For(level) => t.eqf_level(level),
    });
    let field = filter.field.map(|field| match field {
        Asked::Nothing => t.board_any_field().to_owned(),
        Asked::For(field) => format!("{field} {}", field.name(lang)),
    });
    let active = [
        ("q", t.board_words(), (!filter.words.is_empty()).then(|| query.q.trim().to_owned())),
        ("office", t.board_office(), named(board.office.as_ref(), desk)),
        ("partner", t.board_partner(), named(board.partner.as_ref(), desk)),
        ("country", t.filter_country(), filter.country.map(|country| country.name(lang).to_owned())),
        ("level", t.flow_levels(), level),
        ("field", t.flow_fields(), field),
        ("kind", t.form_flow_kind(), filter.kind.map(|kind| t.mobility_kind(kind).to_owned())),
        ("direction", t.board_direction(), filter.direction.map(|way| t.direction(way).to_owned())),
        ("fullness", t.board_fullness(), filter.fullness.map(|fullness| t.fullness(fullness).to_owned())),
        ("unused", t.board_unused(), filter.is_unused.then(|| t.yes().to_owned())),
    ];
    let chip = |(key, word, value): (&str, &str, Option<String>)| {
        value.map(|value| chip(t, word, &value, address(desk, query, &[(key, "")])))
    };
    active.into_iter().filter_map(chip).collect()
}

/// Codes with their words, to choose from.
fn options<T: Copy>(
    all: &[T],
    code: fn(T) -> &'static str,
    word: impl Fn(T) -> &'static str,
) -> Vec<(String, String)> {
    all.iter().map(|one| (code(*one).to_owned(), word(*one).to_owned())).collect()
}

fn filters(desk: &Desk, query: &BoardQuery, board: &Board, active: usize) -> AnyView {
    let (t, lang) = (Texts(desk.lang()), desk.lang());
    let fullness = options(Fullness::ALL, Fullness::code, |one| t.fullness(one));
    let directions = options(Direction::ALL, Direction::code, |one| t.direction(one));
    let kinds = options(MobilityKind::ALL, MobilityKind::code, |one| t.mobility_kind(one));
    let countries =
        Country::sorted(lang).iter().map(|c| (c.code().to_owned(), c.name(lang).to_owned())).collect();
    let nothing = |word: &str| (Asked::<EqfLevel>::NOTHING.to_owned(), word.to_owned());
    let levels = EqfLevel::ALL.iter().map(|level| (level.to_string(), t.eqf_level(*level)));
    let levels = std::iter::once(nothing(t.board_any_level())).chain(levels).collect();
    let fields = IscedField::all().iter().filter(|field| field.code().len() < 4);
    let fields = fields.map(|field| (field.code().to_owned(), format!("{field} {}", field.name(lang))));
    let fields = std::iter::once(nothing(t.board_any_field())).chain(fields).collect();
    let offices: Vec<(String, String)> =
        board.offices.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let office = if offices.len() > 1 {
        let selected = query.office.clone();
        view! { <Select name="office" label=t.board_office() options=offices selected=selected none=t.all() /> }.into_any()
    } else {
        view! { <input type="hidden" name="office" value=query.office.clone() /> }.into_any()
    };
    let active = if active > 0 { active.to_string() } else { String::new() };
    let hidden = [("partner", &query.partner), ("group", &query.group), ("from", &query.from)];
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value.clone() /> });
    let fields = view! {
        <Field name="q" label=t.board_words() value=query.q.clone() kind="search" />
        <Select
            name="fullness"
            label=t.board_fullness()
            help=t.board_fullness_help()
            options=fullness
            selected=query.fullness.clone()
            none=t.all()
        />
        <Checkbox name="unused" label=t.board_unused() checked=query.unused == "on" />
        <Select name="direction" label=t.board_direction() options=directions selected=query.direction.clone() none=t.all() />
        <Select name="kind" label=t.form_flow_kind() options=kinds selected=query.kind.clone() none=t.all() />
        <Select name="country" label=t.filter_country() options=countries selected=query.country.clone() none=t.all() />
        <Select name="level" label=t.flow_levels() options=levels selected=query.level.clone() none=t.all() />
        <Select name="field" label=t.flow_fields() options=fields selected=query.field.clone() none=t.all() />
        {office}
        {hidden}
        <Actions>
            <Button kind=ButtonKind::Primary>{t.apply()}</Button>
        </Actions>
    }
    .into_any();
    view! { <FilterRail label=t.filters() active=active action=desk.href("/seats")>{fields}</FilterRail> }
        .into_any()
}
