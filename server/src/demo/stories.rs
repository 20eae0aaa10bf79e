//! The agreements of the stories, in both languages.
//!
//! Facts only, in our own words. Texts of one language in the registry (titles and notes of sources, evidence) are
//! given in French, then in English.

use super::{
    DemoError,
    institutions::{Ids, Who},
};
use domain::{
    access::{Actor, CreateAgreement, PublishAgreement, ShareAgreement, SignAgreement, decide},
    agreement::{AgreementForm, Evidence, PartyForm, SignatureDraft, SourceForm},
    commitment::CommitmentForm,
    flow::{FlowForm, FlowLanguageForm},
    id::FlowId,
    partial_date::StatedDate,
    text::{LongText, Text, optional},
};
use std::collections::BTreeMap;
use store::{Stamp, StoreError, Tx, agreement, membership};

/// When the texts were read.
const READ_ON: &str = "2026-11";

/// A party, and its signature as far as a text attests to it.
pub(super) struct Partner {
    pub who: Who,
    pub role: &'static str,
    pub signature: Option<Signed>,
}

/// What a text says of a signature; empty where it says nothing.
#[derive(Clone, Copy, Default)]
pub(super) struct Signed {
    pub signatory: &'static str,
    pub title: &'static str,
    pub on: &'static str,
    pub evidence: &'static str,
}

/// What an agreement promises, and which party answers for it; none where all do.
pub(super) struct Promise {
    owner: Option<Who>,
    form: CommitmentForm,
}

/// Places that an agreement opens. Where the text gives no number, none is entered: it is not yet agreed.
pub(super) struct Places {
    pub from: Who,
    pub to: Who,
    pub form: FlowForm,
}

/// An agreement, managed by the office of its first party.
pub(super) struct Story {
    pub form: AgreementForm,
    pub partners: Vec<Partner>,
    pub promises: Vec<Promise>,
    pub flows: Vec<Places>,
}

/// Students of one school study at another; the text says no more.
pub(super) fn studies(from: Who, to: Who) -> Places {
    Places { from, to, form: FlowForm { kind: "student_studies".into(), ..FlowForm::default() } }
}

pub(super) fn signatory(who: Who, signature: Signed) -> Partner {
    Partner { who, role: "signatory", signature: Some(signature) }
}

fn source(title: &str, note: &str, to_confirm: bool) -> SourceForm {
    SourceForm {
        title: title.into(),
        read_on: READ_ON.into(),
        note: note.into(),
        to_confirm: if to_confirm { "on".into() } else { String::new() },
        url: String::new(),
    }
}

fn stories() -> Vec<Story> {
    vec![
        double_degree_bachelor(),
        double_degree_master(),
        kagawa(),
        osaka(),
        keio(),
        four_parties(),
        intelligence_lab(),
    ]
}

const SCHOOLS_ANNOUNCED: Signed = Signed {
    signatory: "",
    title: "",
    on: "",
    evidence: "Les deux directions présentent l’accord comme conclu dans la presse ; ni signataires ni date n’y figurent.\n\
        Both heads present the agreement to the press as concluded; neither signatories nor a date are given.",
};

/// A promise that is kept or not.
fn rule(text_fr: &str, text_en: &str) -> Promise {
    let form = CommitmentForm {
        text_fr: text_fr.into(),
        text_en: text_en.into(),
        measure: "yes_no".into(),
        ..CommitmentForm::default()
    };
    Promise { owner: None, form }
}

/// A promise of Albert School of at least so much, in each academic year from the first intake on.
fn yearly(text_fr: &str, text_en: &str, measure: &str, target: &str) -> Promise {
    let form = CommitmentForm {
        text_fr: text_fr.into(),
        text_en: text_en.into(),
        measure: measure.into(),
        bound: "at_least".into(),
        target: target.into(),
        each: "academic_year".into(),
        starts: "2024-09?".into(),
        ..CommitmentForm::default()
    };
    Promise { owner: Some(Who::AlbertSchool), form }
}

/// What both double degrees promise. The text tells of no observation: none is entered.
fn promises_of_both() -> Vec<Promise> {
    vec![
        yearly(
            "Boursiers dans chaque promotion, financés par des entreprises au moyen d’un fonds de dotation",
            "Scholarship holders in every intake, financed by companies through an endowment fund",
            "share",
            "30",
        ),
        yearly(
            "Études de cas chaque année, dont une partie menée par des entreprises partenaires",
            "Business cases every year, some of them run by partner companies",
            "number",
            "8",
        ),
        rule("Admission par un même jury des deux écoles", "Admission by one jury of both schools"),
        rule("Diplomation par un même jury des deux écoles", "Award by one jury of both schools"),
    ]
}

fn mines_and_albert(form: AgreementForm, promises: Vec<Promise>) -> Story {
    let source = source(
        "Article de presse sur les doubles diplômes · Press article on the double degrees",
        "Première rentrée « l’an prochain », lu comme 2024/2025. Durée d’au moins dix ans : aucune date de fin n’est donnée. \
         Domaines choisis dans la CITE-F d’après l’intitulé. À confirmer aussi : qu’Albert School réponde des bourses et des \
         études de cas, ce que le texte ne dit pas.\n\
         First intake “next year”, read as 2024/2025. At least ten years: no end date is given. Fields chosen from \
         ISCED-F after the name of the programme. To confirm, too: that Albert School answers for scholarships and business \
         cases, which the text does not say.",
        true,
    );
    Story {
        form: AgreementForm {
            kind: "double_degree".into(),
            starts: "2024".into(),
            starts_to_confirm: "on".into(),
            fields: "0619, 0688, 041".into(),
            sources: vec![source],
            ..form
        },
        partners: vec![
            signatory(Who::MinesParis, SCHOOLS_ANNOUNCED),
            signatory(Who::AlbertSchool, SCHOOLS_ANNOUNCED),
        ],
        promises,
        flows: Vec::new(),
    }
}

const DEGREE_TERMS_FR: &str = "\
Durée: dix ans au moins.
Admission : un même jury des deux écoles.
Diplomation : un même jury des deux écoles.
Pédagogie : Mines Paris – PSL valide l’ensemble de la maquette ; ses enseignants coordonnent les cours fondamentaux.
Financement: aucune subvention publique.
Bourses : 30 % de boursiers dans chaque promotion, financés par des entreprises au moyen d’un fonds de dotation.
Études de cas : huit par an, dont une partie menée par des entreprises partenaires.";

const DEGREE_TERMS_EN: &str = "\
Duration: ten years at least.
Admission: one jury of both schools.
Award: one jury of both schools.
Teaching: Mines Paris – PSL validates the whole curriculum; its teachers coordinate the core courses.
Funding: no public subsidy.
Scholarships: 30 % scholarship holders in every intake, financed by companies through an endowment fund.
Business cases: eight a year, some of them run by partner companies.";

fn double_degree_bachelor() -> Story {
    let form = AgreementForm {
        title_fr: "Double diplôme de Bachelor en IA, données et affaires (Mines Paris – PSL et Albert School)".into(),
        title_en: "Double degree at Bachelor level in AI, data and business (Mines Paris – PSL and Albert School)".into(),
        summary_fr: "Les étudiants inscrits à Albert School préparent un double diplôme à bac+3, pour dix ans au moins. \
            Jurys communs, 30 % de boursiers, huit études de cas par an."
            .into(),
        summary_en: "Students enrolled at Albert School work towards a double degree three years after the baccalauréat, \
            for ten years at least. Joint juries, 30 % scholarship holders, eight business cases a year."
            .into(),
        terms_fr: format!("Niveau : Bachelor, bac+3 (CEC 6). Public : étudiants inscrits à Albert School.\n{DEGREE_TERMS_FR}"),
        terms_en: format!("Level: Bachelor (EQF 6). For: students enrolled at Albert School.\n{DEGREE_TERMS_EN}"),
        ..AgreementForm::default()
    };
    mines_and_albert(form, promises_of_both())
}

fn double_degree_master() -> Story {
    let form = AgreementForm {
        title_fr: "Double diplôme de Master en IA, données et affaires (Mines Paris – PSL et Albert School)".into(),
        title_en: "Double degree at Master level in AI, data and business (Mines Paris – PSL and Albert School)".into(),
        summary_fr: "Les étudiants inscrits à Albert School préparent un double diplôme à bac+5, pour dix ans au moins. \
            Jurys communs, 30 % de boursiers, huit études de cas par an, stage ou alternance obligatoire."
            .into(),
        summary_en: "Students enrolled at Albert School work towards a double degree five years after the baccalauréat, \
            for ten years at least. Joint juries, 30 % scholarship holders, eight business cases a year, a compulsory \
            internship or apprenticeship."
            .into(),
        terms_fr: format!(
            "Niveau : Master, bac+5 (CEC 7). Public : étudiants inscrits à Albert School.\n{DEGREE_TERMS_FR}\n\
             Stage ou alternance : obligatoire pour obtenir le double diplôme."
        ),
        terms_en: format!(
            "Level: Master (EQF 7). For: students enrolled at Albert School.\n{DEGREE_TERMS_EN}\n\
             Internship or apprenticeship: compulsory for the award."
        ),
        ..AgreementForm::default()
    };
    let mut promises = promises_of_both();
    promises.push(rule(
        "Stage ou alternance obligatoire pour obtenir le double diplôme",
        "Internship or apprenticeship compulsory for the award",
    ));
    mines_and_albert(form, promises)
}

fn kagawa() -> Story {
    const FIELDS: &str = "07, 0532";
    let evidence = "La page de l’école nomme les deux signataires; le jour de la signature n’est pas donné.\n\
        The school’s page names both signatories; the day of signing is not given.";
    let outgoing = studies(Who::MinesAles, Who::KagawaFaculty);
    // The text does not say that the five places are for each year.
    let five =
        FlowForm { cap: "5?".into(), terms: "S1, S2, year".into(), fields: FIELDS.into(), ..outgoing.form };
    // Taught in English; how well one is to know it is not said.
    let inward = studies(Who::KagawaFaculty, Who::MinesAles);
    let english = FlowLanguageForm { language: "en".into(), ..FlowLanguageForm::default() };
    let back = FlowForm { languages: vec![english], ..inward.form };
    Story {
        form: AgreementForm {
            kind: "student_exchange".into(),
            title_fr: "Convention de recherche et d’échange d’étudiants entre IMT Mines Alès et Kagawa (faculté d’ingénierie \
                et de design)"
                .into(),
            title_en: "Convention on research and student exchange between IMT Mines Alès and Kagawa (Faculty of Engineering \
                and Design)"
                .into(),
            summary_fr: "Enseignement et recherche : un semestre ou une année à Kagawa pour des élèves d’Alès, accueil en \
                retour dans les programmes en anglais, recherche commune sur les risques naturels."
                .into(),
            summary_en: "Education and research: a semester or a year in Kagawa for students of Alès, places in return on \
                English-taught programmes, joint research on natural hazards."
                .into(),
            terms_fr: "\
                Alès vers Kagawa : cinq élèves au plus, pour un semestre ou une année. Le texte ne dit pas « par an » ; lu \
                par année universitaire, à confirmer.\n\
                Kagawa vers Alès : en réciprocité, dans les programmes enseignés en anglais ; nombre pas encore convenu.\n\
                Recherche : risques naturels, vulnérabilité et résilience, gestion de crise."
                .into(),
            terms_en: "\
                Alès to Kagawa: five students at most, for a semester or a year. The text does not say “per year”; read \
                as per academic year, to be confirmed.\n\
                Kagawa to Alès: in reciprocity, on English-taught programmes; number not yet agreed.\n\
                Research: natural hazards, vulnerability and resilience, crisis management."
                .into(),
            fields: FIELDS.into(),
            sources: vec![source(
                "Page de l’école sur la convention · The school’s page on the convention",
                "À confirmer : le jour de la signature, qui n’est pas donné ; la qualité du signataire d’Alès (par intérim) ; la \
                 période que couvrent les cinq places. La convention fait suite à une rencontre lors d’une conférence IDRiM, \
                 puis à la visite d’une délégation de Kagawa à Alès début 2020.\n\
                 To confirm: the day of signing, which is not given; in what capacity the signatory of Alès signed \
                 (interim); the period that the five places cover. The convention follows a meeting at an IDRiM conference, \
                 then the visit of a delegation from Kagawa to Alès in early 2020.",
                true,
            )],
            ..AgreementForm::default()
        },
        partners: vec![
            signatory(
                Who::MinesAles,
                Signed { signatory: "Pierre Perdiguier", title: "Directeur par intérim", evidence, ..Signed::default() },
            ),
            signatory(
                Who::KagawaFaculty,
                Signed { signatory: "Suenaga Yoshihiro", title: "Doyen de la faculté", evidence, ..Signed::default() },
            ),
        ],
        promises: Vec::new(),
        flows: vec![
            Places { form: five, ..outgoing },
            Places { form: back, ..inward },
        ],
    }
}

fn osaka() -> Story {
    let signed = Signed {
        evidence: "La page de l’école dit l’échange opérationnel ; ni signataires ni date n’y figurent.\n\
            The school’s page calls the exchange operational; neither signatories nor a date are given.",
        ..Signed::default()
    };
    Story {
        form: AgreementForm {
            kind: "student_exchange".into(),
            title_fr: "Échange d’étudiants entre IMT Mines Alès et l’Université d’Osaka".into(),
            title_en: "Student exchange between IMT Mines Alès and Osaka University".into(),
            summary_fr: "Échange d’étudiants opérationnel ; le nombre de places n’est pas publié.".into(),
            summary_en: "Student exchange in operation; the number of places is not published.".into(),
            sources: vec![source(
                "Page de l’école sur ses échanges au Japon · The school’s page on its exchanges in Japan",
                "Ne donne ni date, ni durée, ni nombre de places.\nGives neither a date, nor a duration, nor a number of places.",
                false,
            )],
            ..AgreementForm::default()
        },
        partners: vec![signatory(Who::MinesAles, signed), signatory(Who::Osaka, signed)],
        promises: Vec::new(),
        flows: vec![studies(Who::MinesAles, Who::Osaka), studies(Who::Osaka, Who::MinesAles)],
    }
}

fn keio() -> Story {
    let signed = Signed {
        evidence: "La page de l’école dit l’accord signé l’année précédente ; la page n’est pas datée.\n\
            The school’s page says that the agreement was signed the year before; the page bears no date.",
        ..Signed::default()
    };
    Story {
        form: AgreementForm {
            kind: "double_degree".into(),
            title_fr: "Double diplôme entre IMT Mines Alès et l’Université Keiō".into(),
            title_en: "Double degree between IMT Mines Alès and Keiō University".into(),
            summary_fr: "Double diplôme signé un an avant la convention avec Kagawa ; les premiers élèves d’Alès partent un an \
                après la signature."
                .into(),
            summary_en: "Double degree signed a year before the convention with Kagawa; the first students of Alès leave a \
                year after the signing."
                .into(),
            sources: vec![source(
                "Page de l’école sur ses échanges au Japon · The school’s page on its exchanges in Japan",
                "Ne donne pas l’année de la signature, mais qu’elle précède d’un an celle de la page.\n\
                 Does not give the year of signing, only that it is the one before the page’s.",
                false,
            )],
            ..AgreementForm::default()
        },
        partners: vec![signatory(Who::MinesAles, signed), signatory(Who::Keio, signed)],
        promises: Vec::new(),
        flows: vec![studies(Who::MinesAles, Who::Keio)],
    }
}

fn four_parties() -> Story {
    let signed = Signed {
        on: "2024-01-10",
        evidence: "La page de l’école nomme les quatre parties et le jour de la signature.\n\
            The school’s page names the four parties and the day of signing.",
        ..Signed::default()
    };
    let in_presence = |evidence| Signed { evidence, ..signed };
    Story {
        form: AgreementForm {
            kind: "declaration_of_intent".into(),
            title_fr: "Déclaration d’intention pour le développement de la coopération en intelligence artificielle et en \
                données"
                .into(),
            title_en: "Declaration of intent for the development of cooperation in artificial intelligence and data".into(),
            summary_fr: "Une école, une région, une université indienne et une agence déclarent vouloir coopérer en \
                intelligence artificielle et en données, entre la France et l’Inde."
                .into(),
            summary_en: "A school, a region, an Indian university and an agency declare that they will cooperate in artificial \
                intelligence and data, between France and India."
                .into(),
            fields: "0619".into(),
            sources: vec![source(
                "Page de l’école sur la réunion de Bangalore · The school’s page on the meeting in Bangalore",
                "Raconte aussi la réunion du 26 mars 2025 à l’IIITB, un voyage d’études en miroir prévu en mai (2025, à \
                 confirmer) et ce dont on discutait alors: recherche commune, échange d’enseignants, programmes communs.\n\
                 Also tells of the meeting of March 26, 2025 at IIITB, of a mirrored learning trip planned for May (2025, to \
                 be confirmed) and of what was under discussion then: joint research, faculty exchange, joint programmes.",
                false,
            )],
            ..AgreementForm::default()
        },
        partners: vec![
            signatory(
                Who::Aivancity,
                in_presence(
                    "La page de l’école nomme les quatre parties et le jour de la signature. Était présent : Tawhid Chtioui, \
                     président de l’école.\n\
                     The school’s page names the four parties and the day of signing. Present: Tawhid Chtioui, president of \
                     the school.",
                ),
            ),
            signatory(
                Who::IleDeFrance,
                in_presence(
                    "La page de l’école nomme les quatre parties et le jour de la signature. Était présente : Valérie \
                     Pécresse, présidente de la Région.\n\
                     The school’s page names the four parties and the day of signing. Present: Valérie Pécresse, president \
                     of the region.",
                ),
            ),
            signatory(Who::IiitBangalore, signed),
            signatory(Who::ChooseParisRegion, signed),
        ],
        promises: Vec::new(),
        flows: Vec::new(),
    }
}

fn intelligence_lab() -> Story {
    let coordinator = Partner {
        who: Who::Ece,
        role: "coordinator",
        signature: Some(Signed {
            evidence: "La direction de l’école présente publiquement le réseau, ses partenaires et son appel ouvert.\n\
                The head of the school publicly presents the network, its partners and its open call.",
            ..Signed::default()
        }),
    };
    let associates = [Who::Ametra, Who::Kaydan, Who::Mbda, Who::Orano, Who::Renault];
    let associates = associates.map(|who| Partner { who, role: "associate", signature: None });
    Story {
        form: AgreementForm {
            kind: "network".into(),
            title_fr: "Intelligence Lab : réseau ouvert pour une IA ouverte, frugale et souveraine".into(),
            title_en: "Intelligence Lab: an open network for open, frugal, sovereign AI".into(),
            starts: "2024".into(),
            summary_fr: "Le laboratoire de l’ECE et ses partenaires industriels. Les écoles d’ingénieurs, les universités et les \
                entreprises sont appelées à rejoindre un écosystème de petits modèles de langue spécialisés."
                .into(),
            summary_en: "ECE’s laboratory and its industrial partners. Engineering schools, universities and companies are \
                called on to join an ecosystem of small, specialised language models."
                .into(),
            terms_fr: "Laboratoire ouvert en 2024, inauguré début 2025.\n\
                Appel ouvert aux écoles d’ingénieurs, aux universités et aux entreprises."
                .into(),
            terms_en: "Laboratory opened in 2024, inaugurated in early 2025.\n\
                Open call to engineering schools, universities and companies."
                .into(),
            fields: "0619".into(),
            sources: vec![
                source(
                    "Tribune de la direction de l’ECE · Article by the head of ECE",
                    "Nomme les partenaires et l’appel ; ne cite aucun acte signé.\n\
                     Names the partners and the call; cites no signed document.",
                    false,
                ),
                source(
                    "Pays des cinq entreprises · Country of the five companies",
                    "Le texte ne dit pas où elles sont établies ; la France a été saisie.\n\
                     The text does not say where they are established; France was entered.",
                    true,
                ),
            ],
            ..AgreementForm::default()
        },
        partners: std::iter::once(coordinator).chain(associates).collect(),
        promises: Vec::new(),
        flows: Vec::new(),
    }
}

/// Writes the agreements down, each by the lead of the school that manages it; answers how many.
pub(super) async fn insert(
    tx: &mut Tx,
    stamp: &Stamp,
    institutions: &Ids,
    leads: &BTreeMap<Who, Actor>,
) -> Result<usize, DemoError> {
    let stories = stories();
    let count = stories.len();
    for story in stories {
        insert_story(tx, stamp, institutions, leads, story).await?;
    }
    Ok(count)
}

/// Writes an agreement down, shares, publishes and signs it; answers its flows.
pub(super) async fn insert_story(
    tx: &mut Tx,
    stamp: &Stamp,
    institutions: &Ids,
    leads: &BTreeMap<Who, Actor>,
    mut story: Story,
) -> Result<Vec<FlowId>, DemoError> {
    let title = story.form.title_fr.clone();
    story.form.parties = story.partners.iter().map(|partner| party_form(partner, institutions)).collect();
    let promises = story.promises.into_iter().map(|promise| CommitmentForm {
        id: stamp.id().to_string(),
        owner: promise.owner.map(|owner| institutions[&owner].to_string()).unwrap_or_default(),
        ..promise.form
    });
    story.form.commitments = promises.collect();
    let flows = story.flows.into_iter().map(|places| FlowForm {
        id: stamp.id().to_string(),
        sender: institutions[&places.from].to_string(),
        receiver: institutions[&places.to].to_string(),
        ..places.form
    });
    story.form.flows = flows.collect();
    let draft = story.form.parse().map_err(DemoError::broken(&title))?;
    let manager = story.partners.first().map(|partner| partner.who);
    let is_invented = manager.is_some_and(Who::is_invented);
    let lead = manager.and_then(|who| leads.get(&who)).ok_or(StoreError::NotFound)?;

    let parties = draft.content.parties.iter().map(|party| party.institution).collect();
    let permit = decide(lead, CreateAgreement { parties })?;
    let id = agreement::create(tx, &permit, stamp, &draft, is_invented).await?;
    let scope = agreement::scope(tx, id).await?.ok_or(StoreError::NotFound)?;
    agreement::share(tx, &decide(lead, ShareAgreement(&scope))?, stamp).await?;
    let scope = agreement::scope(tx, id).await?.ok_or(StoreError::NotFound)?;
    agreement::publish(tx, &decide(lead, PublishAgreement(&scope))?, stamp, true).await?;
    let hash = draft.content.hash();
    for partner in &story.partners {
        let Some(signed) = partner.signature else { continue };
        let party = institutions[&partner.who];
        let party_has_members = membership::has_members(tx, party).await?;
        let action = SignAgreement { scope: &scope, party: vec![party], party_has_members };
        let permit = decide(&Actor::Operator, action)?;
        let signature = signed.draft(party_has_members).map_err(DemoError::problem(&title))?;
        agreement::sign(tx, &permit, stamp, party, &hash, &signature).await?;
    }
    Ok(draft.content.flows.iter().map(|flow| flow.id).collect())
}

fn party_form(partner: &Partner, institutions: &Ids) -> PartyForm {
    let signed = partner.signature.unwrap_or_default();
    PartyForm {
        institution: institutions[&partner.who].to_string(),
        role: partner.role.into(),
        signatory: signed.signatory.into(),
        signatory_title: signed.title.into(),
        signed_on: signed.on.into(),
        ..PartyForm::default()
    }
}

impl Signed {
    /// The signature as it is recorded; on behalf of a party that has no office here.
    fn draft(self, has_office: bool) -> Result<SignatureDraft, domain::problem::Problem> {
        Ok(SignatureDraft {
            signatory: optional(self.signatory, Text::parse)?,
            signatory_title: optional(self.title, Text::parse)?,
            signed_on: optional(self.on, StatedDate::parse)?,
            evidence: Evidence { words: optional(self.evidence, LongText::parse)?, ..Evidence::default() },
            is_on_behalf: !has_office,
        })
    }
}
