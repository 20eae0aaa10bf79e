//! Every component in every state, on one page. In development builds only.

use super::*;
use domain::lang::Lang;
use leptos::prelude::*;

const STANDINGS: [(&str, &str, &str); 9] = [
    ("draft", "Brouillon", "Draft"),
    ("in_negotiation", "En négociation", "In negotiation"),
    ("approved", "Approuvé", "Approved"),
    ("signed", "Signé", "Signed"),
    ("in_force", "En vigueur", "In force"),
    ("ending_soon", "Se termine bientôt", "Ending soon"),
    ("expired", "Expiré", "Expired"),
    ("terminated", "Dénoncé", "Terminated"),
    ("renewed", "Renouvelé", "Renewed"),
];

const LONG: &str = "Convention de partenariat relative au double diplôme Master en intelligence artificielle, données et \
                    gestion entre l'École nationale supérieure des mines de Paris et Albert School";

/// The sentence of one of the two languages.
#[derive(Clone, Copy)]
struct Say(Lang);

impl Say {
    fn of(self, french: &'static str, english: &'static str) -> &'static str {
        match self.0 {
            Lang::Fr => french,
            Lang::En => english,
        }
    }
}

/// Every component in its states: empty, full, with a long name, with an error.
#[component]
pub fn Gallery(
    /// Language of the page.
    lang: Lang,
) -> impl IntoView {
    let say = Say(lang);
    view! {
        <Breadcrumbs
            label=say.of("Fil d'Ariane", "Breadcrumb")
            trail=vec![("/".to_owned(), say.of("Accueil", "Home").to_owned())]
            here=say.of("Composants", "Components")
        />
        <Heads say />
        <Marks say />
        <Record say />
        <Tables say />
        <Lists say />
        <Forms say />
        <Notices say />
    }
}

#[component]
fn Heads(say: Say) -> impl IntoView {
    view! {
        <PageHeader
            title=say.of(
                "Accord d'échange · Alès – Kagawa (Faculté d'ingénierie et de design)",
                "Exchange agreement · Alès – Kagawa (Faculty of Engineering and Design)",
            )
            eyebrow=say.of("Accord", "Agreement")
            actions=move || {
                view! {
                    <ButtonLink href="#" icon=Glyph::Print>
                        {say.of("Fiche à imprimer", "Briefing sheet")}
                    </ButtonLink>
                    <Confirm label=say.of("Retirer", "Remove") warning=say.of("Cela ne se défait pas.", "This cannot be undone.")>
                        <Button kind=ButtonKind::Danger>{say.of("Retirer", "Remove")}</Button>
                    </Confirm>
                    <Menu label=say.of("Modifier", "Edit")>
                        <a href="#">{say.of("Proposer une modification", "Propose an amendment")}</a>
                        <a href="#">{say.of("Renouveler", "Renew")}</a>
                        <button type="button">{say.of("Dénoncer…", "Terminate…")}</button>
                    </Menu>
                }
            }
        >
            <StandingBadge
                kind="in_force"
                label=say.of("En vigueur (version 2)", "In force (version 2)")
                large=true
            />
            <StandingBadge
                kind="in_negotiation"
                label=say.of(
                    "version 3 en négociation: attendue de Kagawa depuis 12 jours",
                    "version 3 in negotiation: awaited from Kagawa for 12 days",
                )
            />
            <ToConfirm label=say.of("à confirmer: 1 date", "to confirm: 1 date") />
        </PageHeader>
        <PeriodBar
            starts=say.of("17 avril 2021", "April 17, 2021")
            ends=say.of("31 août 2026", "August 31, 2026")
            gone=0.62
            marks=vec![
                PeriodMark::new(MarkKind::Today, 0.62, say.of("aujourd'hui", "today")),
                PeriodMark::new(
                    MarkKind::Notice,
                    0.81,
                    say.of("préavis avant le 1 septembre 2025", "notice before September 1, 2025"),
                ),
            ]
        />
        <div class="stats">
            <Stat value="214" label=say.of("accords en vigueur", "agreements in force") href="#" />
            <Stat value="1\u{202f}038" label=say.of("places cette année", "places this year") />
            <Stat
                value="0"
                label=say.of("accord à échoir avant trois mois", "agreement ending within three months")
                note=say.of("au 17 avril 2024", "on April 17, 2024")
            />
        </div>
    }
}

#[component]
fn Marks(say: Say) -> impl IntoView {
    let standings = STANDINGS
        .into_iter()
        .map(|(kind, french, english)| view! { <StandingBadge kind label=say.of(french, english) /> })
        .collect_view();
    let glyphs = Glyph::ALL
        .into_iter()
        .map(|name| view! { <span title=format!("{name:?}")><Icon name /></span> })
        .collect_view();
    view! {
        <Section
            id="marks"
            title=say.of("Marques", "Marks")
            aside=move || view! { <a href="#">{say.of("Toutes", "All")}</a> }
        >
            <div class="cluster">{standings}</div>
            <div class="cluster">
                <Tag label=say.of("ingénierie", "engineering") />
                <Tag label="Erasmus+" href="#" />
                <Tag label="Keiō · Évora · Łódź" />
                <ToConfirm label=say.of("à confirmer", "to confirm") source="Kagawa, 2024" />
                <span>{say.of("Documents ", "Documents ")}<Count value="12" /></span>
            </div>
            <div class="cluster">{glyphs}</div>
            <SeatBars say />
            <Actions>
                <Button kind=ButtonKind::Primary icon=Glyph::Pen>
                    {say.of("Signer la version 2", "Sign version 2")}
                </Button>
                <Button>{say.of("Enregistrer le brouillon", "Save the draft")}</Button>
                <Button kind=ButtonKind::Danger>{say.of("Dénoncer l'accord", "Terminate the agreement")}</Button>
                <Button kind=ButtonKind::Quiet icon=Glyph::Plus>
                    {say.of("Ajouter une partie", "Add a party")}
                </Button>
                <Button disabled=true>{say.of("Rien à envoyer", "Nothing to send")}</Button>
                <Button small=true icon=Glyph::Trash>
                    {say.of("Retirer", "Remove")}
                </Button>
            </Actions>
        </Section>
    }
}

/// The places of a year: some left, full with someone in line, beyond the cap, none agreed; and the key.
#[component]
fn SeatBars(say: Say) -> impl IntoView {
    let bar = |[confirmed, kept, free]: [i64; 3], number: &str, marks: [String; 3], said: &str| {
        let parts = SeatParts { confirmed, kept, free };
        let [waiting, beyond, note] = marks;
        let (number, said) = (number.to_owned(), said.to_owned());
        view! { <SeatBar href="#" parts number waiting beyond note said /> }
    };
    let none = String::new;
    let full = || say.of("complet", "full").to_owned();
    let bars = [
        bar(
            [2, 1, 2],
            "3/5",
            [none(), none(), none()],
            say.of("3 places prises sur 5", "3 of 5 places taken"),
        ),
        bar(
            [4, 1, 0],
            "5/5",
            ["+2".to_owned(), none(), full()],
            say.of("5 places prises sur 5, 2 personnes en attente", "5 of 5 places taken, 2 people waiting"),
        ),
        bar(
            [6, 0, 0],
            "6/6",
            [none(), "▲ 1".to_owned(), full()],
            say.of(
                "6 places prises sur 6, dont 1 au-delà du plafond",
                "6 of 6 places taken, 1 beyond the cap",
            ),
        ),
        bar(
            [0, 0, 0],
            "–",
            [none(), none(), say.of("nombre à convenir", "number not yet agreed").to_owned()],
            say.of("le nombre de places n'est pas convenu", "how many places there are is not agreed"),
        ),
    ];
    let names = [("confirmées", "confirmed"), ("tenues", "kept"), ("libres", "free")];
    let names = names.map(|(french, english)| say.of(french, english).to_owned());
    let more = vec![say.of("▲ au-delà du plafond", "▲ beyond the cap").to_owned()];
    view! {
        <div class="cluster">{bars.into_iter().collect_view()}</div>
        <SeatKey label=say.of("Légende", "Key") names=names more=more />
    }
}

#[component]
fn Record(say: Say) -> impl IntoView {
    view! {
        <Section id="record" title=say.of("Un dossier", "A record")>
            <Columns aside=true>
                <Panel title=say.of("Parties", "Parties") level=3>
                    <KeyValues facts=vec![
                        Fact::new(
                            "IMT Mines Alès",
                            view! { <StandingBadge kind="signed" label=say.of("signé le 12 mars 2021", "signed on March 12, 2021") /> },
                        ),
                        Fact::new(
                            "Kagawa University",
                            view! { <StandingBadge kind="approved" label=say.of("approuvé", "approved") /> },
                        ),
                        Fact::new(
                            say.of("Référence", "Reference"),
                            view! { <span class="mono">"FR-ALES-2021-0042-JP-KAGAWA-0007-00000000000000000001"</span> },
                        ),
                    ] />
                    <div class="people">
                        <PersonLine
                            name="Haruki Tanaka"
                            role=say.of("Doyen, Faculté d'ingénierie et de design", "Dean, Faculty of Engineering and Design")
                            email="dean@kagawa.example"
                        />
                        <PersonLine name="Claire-Élisabeth de la Rochefoucauld-Montmorency" href="#">
                            <ToConfirm label=say.of("à confirmer", "to confirm") />
                        </PersonLine>
                    </div>
                </Panel>
                <Panel title=say.of("Ce qui est attendu", "What is awaited") level=3>
                    <Timeline entries=vec![
                        TimelineEntry::new(
                            say.of("17 avril 2021", "April 17, 2021"),
                            "2021-04-17",
                            say.of("Signature à Takamatsu", "Signed in Takamatsu"),
                        ),
                        TimelineEntry::new("2023", "2023", say.of("Première visite", "First visit"))
                            .more(view! { <p>{say.of("Délégation de 19 personnes.", "A delegation of 19.")}</p> }),
                        TimelineEntry::new(
                            say.of("1 septembre 2025", "September 1, 2025"),
                            "2025-09-01",
                            say.of("Dernier jour du préavis", "Last day to give notice"),
                        )
                        .ahead(),
                    ] />
                </Panel>
            </Columns>
            <Diff
                id="diff"
                caption=say.of("De la version 2 à la version 3", "From version 2 to version 3")
                label=say.of("Ce qui change", "What changes")
                before="Version 2"
                after="Version 3"
                absent=say.of("rien", "nothing")
                changes=vec![
                    Change::new(
                        say.of("Places sortantes", "Outgoing places"),
                        say.of("5 par an", "5 a year"),
                        say.of("6 par an", "6 a year"),
                    ),
                    Change::new(say.of("Langue", "Language"), "B2", "B2"),
                    Change::new(say.of("Pratique", "Practice"), None::<String>, LONG),
                ]
            />
        </Section>
    }
}

#[component]
fn Tables(say: Say) -> impl IntoView {
    let name = |label: &'static str, under: &'static str| {
        view! {
            <a class="row-link" href="#">{label}</a>
            <span class="under">{under}</span>
        }
    };
    let columns = vec![
        Column::text(say.of("Accord", "Agreement")).sorted("#", Some(Order::Ascending)),
        Column::text(say.of("État", "Standing")),
        Column::date(say.of("Fin", "Ends")).sorted("#", None),
        Column::number(say.of("Places", "Places")),
        Column::text(say.of("Actions", "Actions")).unseen(),
    ];
    let remove = || {
        view! {
            <Button kind=ButtonKind::Quiet small=true icon=Glyph::Pen>
                {say.of("Modifier", "Edit")}
            </Button>
        }
    };
    let rows = vec![
        Row::new()
            .cell(name("Alès – Kagawa", say.of("Échange · Japon", "Exchange · Japan")))
            .cell(view! { <StandingBadge kind="in_force" label=say.of("En vigueur", "In force") /> })
            .cell(say.of("31 août 2026", "August 31, 2026"))
            .cell("4 / 5")
            .cell(remove()),
        Row::new()
            .cell(name(LONG, say.of("Double diplôme · France", "Double degree · France")))
            .cell(view! { <StandingBadge kind="ending_soon" label=say.of("Se termine bientôt", "Ending soon") /> })
            .cell(say.of("31 août 2024", "August 31, 2024"))
            .cell("1\u{202f}038 / 12\u{202f}000")
            .cell(remove()),
        Row::new()
            .cell(name("Alès – Keiō", say.of("Double diplôme · Japon", "Double degree · Japan")))
            .cell(view! { <StandingBadge kind="draft" label=say.of("Brouillon", "Draft") /> })
            .cell(())
            .cell("0")
            .cell(remove()),
    ];
    let years = |year: &str| Column::number(year.to_owned());
    let board = std::iter::once(Column::text(say.of("Partenaire", "Partner")))
        .chain(["2020/21", "2021/22", "2022/23", "2023/24", "2024/25", "2025/26", "2026/27"].map(years))
        .collect();
    let line = |name: &'static str| {
        ["4 / 5", "5 / 5", "2 / 5", "0 / 5", "3 / 5", "4 / 5", "0 / 5"]
            .into_iter()
            .fold(Row::new().cell(name), Row::cell)
    };
    let foot = line(say.of("Ensemble", "All"));
    view! {
        <Section id="tables" title=say.of("Tables", "Tables")>
            <Table
                id="agreements"
                caption=say.of("Accords", "Agreements")
                caption_unseen=true
                fold=true
                columns
                rows
            />
            <Table
                id="board"
                class="pinned"
                caption=say.of("Places par année", "Places by year")
                columns=board
                rows=vec![line("Kagawa"), line("Universidade de Évora"), line("Politechnika Łódzka")]
                foot
            />
        </Section>
    }
}

#[component]
fn Lists(say: Say) -> impl IntoView {
    let chip = move |label: &'static str| Chip {
        label: label.to_owned(),
        href: "#".to_owned(),
        remove: format!("{} {label}", say.of("Retirer le filtre", "Remove the filter")),
    };
    let rail = move || {
        view! {
            <FilterRail label=say.of("Filtrer", "Filter") active="2" action="#lists">
                <Field name="country" label=say.of("Pays", "Country") value=say.of("Japon", "Japan") />
                <Select
                    name="kind"
                    label=say.of("Nature", "Kind")
                    none=say.of("Toutes", "All")
                    options=vec![
                        ("exchange".to_owned(), say.of("Échange d'étudiants", "Student exchange").to_owned()),
                        ("degree".to_owned(), say.of("Double diplôme", "Double degree").to_owned()),
                    ]
                    selected="degree"
                />
                <CheckboxGroup
                    name="standing"
                    legend=say.of("État", "Standing")
                    options=STANDINGS
                        .into_iter()
                        .take(4)
                        .map(|(kind, french, english)| Choice::new(kind, say.of(french, english)))
                        .collect()
                    selected=vec!["signed".to_owned()]
                />
                <Actions>
                    <Button kind=ButtonKind::Primary>{say.of("Appliquer", "Apply")}</Button>
                </Actions>
            </FilterRail>
        }
    };
    view! {
        <Section id="lists" title=say.of("Listes", "Lists")>
            <Listing rail>
                <Chips
                    label=say.of("Filtres actifs", "Active filters")
                    chips=vec![
                        chip(say.of("Pays: Japon", "Country: Japan")),
                        chip(say.of(
                            "Établissement: École nationale supérieure des mines de Paris",
                            "Institution: École nationale supérieure des mines de Paris",
                        )),
                    ]
                    clear="#"
                    clear_label=say.of("Tout retirer", "Clear all")
                />
                <div class="bar-above">
                    <p><strong>{say.of("214 accords", "214 agreements")}</strong></p>
                    <ButtonLink href="#" small=true icon=Glyph::Download>
                        {say.of("Exporter cette liste", "Export this list")}
                    </ButtonLink>
                </div>
                <EmptyState
                    title=say.of("Aucun accord avec ces filtres.", "No agreement with these filters.")
                    text=say.of(
                        "Retirez un filtre, ou consignez le premier accord avec ce pays.",
                        "Remove a filter, or log the first agreement with this country.",
                    )
                >
                    <ButtonLink href="#" kind=ButtonKind::Primary icon=Glyph::Plus>
                        {say.of("Consigner un accord", "Log an agreement")}
                    </ButtonLink>
                </EmptyState>
                <Pager
                    label=say.of("Pages de la liste", "Pages of the list")
                    status=say.of("51 à 100 sur 214", "51 to 100 of 214")
                    previous="#"
                    previous_label=say.of("Précédents", "Previous")
                    next="#"
                    next_label=say.of("Suivants", "Next")
                />
            </Listing>
        </Section>
    }
}

#[component]
fn Forms(say: Say) -> impl IntoView {
    let required = say.of("obligatoire", "required");
    let terms = || vec![("s1".to_owned(), "S1".to_owned()), ("s2".to_owned(), "S2".to_owned())];
    view! {
        <Section id="forms" title=say.of("Formulaires", "Forms")>
            <ErrorSummary
                title=say.of("Deux réponses sont à revoir", "Two answers need another look")
                errors=vec![
                    ("ends_on".to_owned(), say.of("La fin vient avant le début", "The end comes before the start").to_owned()),
                    ("form.kind".to_owned(), say.of("Choisissez une nature", "Choose a kind").to_owned()),
                ]
            />
            <form class="form" method="get">
                <Field
                    name="title"
                    label=say.of("Titre de l'accord", "Title of the agreement")
                    required
                    value=LONG
                    help=say.of("Tel qu'il est écrit sur le document signé.", "As it is written on the signed document.")
                />
                <Fieldset legend=say.of("Période", "Period")>
                    <div class="form-row">
                        <Field
                            name="starts_on"
                            label=say.of("Début", "Start")
                            value=say.of("mai 2024", "May 2024")
                            help=say.of("Une année, un mois ou un jour.", "A year, a month or a day.")
                            understood=say.of("Compris: mai 2024, jour inconnu", "Understood: May 2024, day unknown")
                            width=Width::Half
                        />
                        <Field
                            name="ends_on"
                            label=say.of("Fin", "End")
                            value="10/01/2021"
                            help=say.of("Une année, un mois ou un jour.", "A year, a month or a day.")
                            error=say.of("La fin vient avant le début", "The end comes before the start")
                            width=Width::Half
                        />
                    </div>
                    <Field
                        name="places"
                        label=say.of("Places par an", "Places a year")
                        inputmode="numeric"
                        width=Width::Short
                        value="5"
                    />
                </Fieldset>
                <RadioGroup
                    name="form.kind"
                    legend=say.of("Nature", "Kind")
                    required
                    options=vec![
                        Choice::new("exchange", say.of("Échange d'étudiants", "Student exchange"))
                            .help(say.of("Des places dans un sens ou dans les deux.", "Places one way or both.")),
                        Choice::new("degree", say.of("Double diplôme", "Double degree")),
                    ]
                    error=say.of("Choisissez une nature", "Choose a kind")
                />
                <RadioGroup
                    name="direction"
                    legend=say.of("Sens", "Direction")
                    options=vec![Choice::new("out", say.of("Départ", "Outgoing")), Choice::new("in", say.of("Accueil", "Incoming"))]
                    selected="out"
                    inline=true
                />
                <Select
                    name="term"
                    label=say.of("Semestre", "Term")
                    none=say.of("Choisir", "Choose")
                    options=terms()
                    width=Width::Half
                />
                <Select
                    name="term_wrong"
                    label=say.of("Semestre", "Term")
                    options=terms()
                    selected="s2"
                    error=say.of("Ce semestre est clos", "This term is closed")
                />
                <TextArea
                    name="note"
                    label=say.of("Ce qui a été convenu", "What was agreed")
                    value=say.of("Retour de cinq étudiants <à confirmer> & logement.", "Return of five students <to confirm> & housing.")
                />
                <Checkbox
                    name="public"
                    label=say.of("Montrer cet accord à tous", "Show this agreement to all")
                    checked=true
                    help=say.of("Les documents gardent leur propre visibilité.", "Documents keep their own visibility.")
                />
                <Checkbox
                    name="terms"
                    label=say.of("J'ai lu la version 3", "I have read version 3")
                    error=say.of("Cochez pour signer", "Tick to sign")
                />
                <Field name="ref" label=say.of("Référence", "Reference") value="FR-0042" readonly=true width=Width::Half />
                <Actions>
                    <Button kind=ButtonKind::Primary>{say.of("Enregistrer", "Save")}</Button>
                    <ButtonLink href="#" kind=ButtonKind::Quiet>{say.of("Annuler", "Cancel")}</ButtonLink>
                </Actions>
            </form>
        </Section>
    }
}

#[component]
fn Notices(say: Say) -> impl IntoView {
    view! {
        <Section id="notices" title=say.of("Messages", "Messages")>
            <div class="stack">
                <Notice tone=Tone::Success title=say.of("Accord signé le 17 avril 2024.", "Agreement signed on April 17, 2024.") live=true />
                <Notice title=say.of("Version 3 en négociation", "Version 3 in negotiation")>
                    <p>{say.of("La version 2 reste en vigueur.", "Version 2 stays in force.")}</p>
                </Notice>
                <Notice tone=Tone::Warning title=say.of("Préavis avant le 1 septembre", "Notice before September 1")>
                    <p>
                        {say.of("Il reste 12 jours. ", "12 days are left. ")}
                        <a href="#">{say.of("Préparer le renouvellement", "Prepare the renewal")}</a>
                    </p>
                </Notice>
                <Notice tone=Tone::Danger title=say.of("Kagawa a rejeté la nomination: niveau B2 requis.", "Kagawa rejected the nomination: level B2 required.") />
                <SearchBox
                    id="search-large"
                    action="#"
                    label=say.of("Chercher", "Search")
                    placeholder=say.of("Japon, double diplôme, Kagawa…", "Japan, double degree, Kagawa…")
                    large=true
                />
            </div>
        </Section>
    }
}
