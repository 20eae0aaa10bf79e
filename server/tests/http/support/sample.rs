//! Institutions, people of every role, and agreements in every state.

use super::TestApp;
use app::desk::{
    Desk, Theme, Visit,
    accounts::{self, OwnForm},
    agreements, commitments, documents, hash, institutions,
};
use chrono::TimeDelta;
use domain::{
    access::{Actor, Enter, ManageOwnAccount, Operate, Role, decide},
    account::PersonName,
    agreement::{AgreementForm, ContactForm, PartyForm},
    commitment::{CommitmentForm, ObservationForm},
    document::DocumentForm,
    email::Email,
    flow::{FlowForm, PoolForm},
    id::{AgreementId, CommitmentId, DocumentId, FlowId, InstitutionId, ObservationId, PoolId, UserId},
    institution::InstitutionForm,
    lang::Lang,
};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};
use store::{
    account::{self, NewAccount},
    membership, session, token,
};
use uuid::Uuid;

/// Everyone the access matrix asks for, in the order of its columns.
pub const EVERYONE: [&str; 8] = [
    "visitor",
    "student",
    "observer",
    "officer",
    "lead",
    "officer of another party",
    "officer of a stranger",
    "administrator",
];

/// The id of what each agreement of the sample promises.
pub const COMMITMENT: CommitmentId = CommitmentId(Uuid::from_u128(0x0192_9b1c_7a10_7000_8000_0000_0000_0007));

/// How far an agreement has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Known to its own office only.
    Draft,
    /// Known to the offices of its parties.
    Shared,
    /// Known to everyone.
    Published,
}

impl State {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Shared, Self::Published];
}

/// A registry with a little of everything.
#[derive(Debug)]
pub struct Sample {
    /// `own`, `other` and `stranger` have an office; `alone` has none.
    institutions: BTreeMap<&'static str, InstitutionId>,
    people: BTreeMap<&'static str, (UserId, String)>,
}

impl Sample {
    /// Fills an empty registry.
    pub async fn fill(app: &TestApp) -> Self {
        let mut sample = Self { institutions: BTreeMap::new(), people: BTreeMap::new() };
        let operator = Self::desk_of(app, Actor::Operator);
        for (key, name, country) in [
            ("own", "École Exemple d’Alès", "FR"),
            ("other", "Keiō Exemple", "JP"),
            ("stranger", "Fremde Hochschule", "DE"),
            ("alone", "Ville Exemple", "FR"),
        ] {
            let kind = if key == "alone" { "public_authority" } else { "university" };
            let name_en = if key == "own" { "Example School of Alès" } else { "" };
            let form = InstitutionForm {
                kind: kind.into(),
                name_fr: name.into(),
                name_en: name_en.into(),
                country: country.into(),
                ..InstitutionForm::default()
            };
            let id = institutions::create(&operator, &form, false).await.expect("an institution");
            sample.institutions.insert(key, id);
        }
        for (who, place) in [
            ("student", Some((Role::Student, "own"))),
            ("observer", Some((Role::Observer, "own"))),
            ("officer", Some((Role::Officer, "own"))),
            ("lead", Some((Role::Lead, "own"))),
            ("spare", Some((Role::Observer, "own"))),
            ("officer of another party", Some((Role::Officer, "other"))),
            ("lead of another party", Some((Role::Lead, "other"))),
            ("officer of a stranger", Some((Role::Officer, "stranger"))),
            ("administrator", None),
        ] {
            let id = sample.add_person(app, who, place).await;
            sample.people.insert(who, (id, String::new()));
            let secret = sample.make_token(app, who, "write").await;
            sample.people.insert(who, (id, secret));
        }
        sample
    }

    /// The id of an institution.
    pub fn institution(&self, key: &str) -> InstitutionId {
        self.institutions[key]
    }

    /// The id of a person.
    pub fn person(&self, who: &str) -> UserId {
        self.people[who].0
    }

    /// A token that may write; none for a visitor.
    pub fn token(&self, who: &str) -> Option<&str> {
        self.people.get(who).map(|(_, token)| token.as_str())
    }

    async fn add_person(&self, app: &TestApp, who: &str, place: Option<(Role, &str)>) -> UserId {
        let desk = Self::desk_of(app, Actor::Operator);
        let permit = decide(desk.actor(), Operate).expect("the operator may");
        let address = format!("{}@exemple.invalid", who.replace(' ', "."));
        let new = NewAccount {
            name: &PersonName::parse(who).expect("a name"),
            email: &Email::parse(&address).expect("an address"),
            password_hash: "",
            lang: Lang::Fr,
            is_administrator: place.is_none(),
            is_demo: true,
        };
        let mut tx = app.db().write().await.expect("a transaction");
        let id = account::insert(&mut tx, &permit, &desk.stamp(), &new).await.expect("an account");
        if let Some((role, office)) = place {
            let office = self.institution(office);
            membership::insert(&mut tx, &permit, &desk.stamp(), id, office, role).await.expect("a member");
        }
        tx.commit().await.expect("committed");
        id
    }

    /// Puts the spare member back into the own office.
    pub async fn add_spare(&self, app: &TestApp) {
        self.join(app, "spare", "own", Role::Observer).await;
    }

    /// Makes someone a member of an office, too.
    pub async fn join(&self, app: &TestApp, who: &str, office: &str, role: Role) {
        let desk = Self::desk_of(app, Actor::Operator);
        let permit = decide(desk.actor(), Operate).expect("the operator may");
        let mut tx = app.db().write().await.expect("a transaction");
        let (person, office) = (self.person(who), self.institution(office));
        membership::insert(&mut tx, &permit, &desk.stamp(), person, office, role).await.expect("a member");
        tx.commit().await.expect("committed");
    }

    /// Who someone is at this moment.
    pub async fn actor(&self, app: &TestApp, who: &str) -> Actor {
        let Some((id, _)) = self.people.get(who) else { return Actor::Visitor };
        let mut tx = app.db().read().await.expect("a transaction");
        Actor::Person(account::actor(&mut tx, *id).await.expect("asked").expect("someone"))
    }

    /// Where someone's requests are carried out.
    pub async fn desk(&self, app: &TestApp, who: &str) -> Desk {
        Self::desk_of(app, self.actor(app, who).await)
    }

    fn desk_of(app: &TestApp, actor: Actor) -> Desk {
        let visit = Visit {
            actor,
            session: None,
            is_read_only: false,
            lang: Lang::Fr,
            theme: Theme::Auto,
            address: None,
            agent: String::new(),
            request_id: None,
            path: String::new(),
            query: String::new(),
        };
        Desk { state: app.running.web.app.clone(), visit }
    }

    /// Makes a token.
    pub async fn make_token(&self, app: &TestApp, who: &str, scope: &str) -> String {
        let form =
            OwnForm { form: String::new(), name: "essai".into(), scope: scope.into(), days: "30".into() };
        accounts::create_token(&self.desk(app, who).await, &form).await.expect("a token")
    }

    /// The ids of someone's tokens.
    pub async fn token_ids(&self, app: &TestApp, who: &str) -> Vec<String> {
        let permit =
            decide(&self.actor(app, who).await, ManageOwnAccount(self.person(who))).expect("one's own");
        let mut tx = app.db().read().await.expect("a transaction");
        let tokens = token::list(&mut tx, &permit).await.expect("asked");
        tokens.iter().map(|token| token.id.to_string()).collect()
    }

    /// Begins a session: its id, and the cookie that a browser shows. A visitor has none.
    pub async fn session(&self, app: &TestApp, who: &str) -> Option<(String, String)> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let actor = self.actor(app, who).await;
        actor.person()?;
        let permit = decide(&actor, Enter).expect("anyone");
        let desk = Self::desk_of(app, actor);
        let secret = format!("secret-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let until = desk.now() + TimeDelta::hours(1);
        let mut tx = app.db().write().await.expect("a transaction");
        let begun =
            session::insert(&mut tx, &permit, &desk.stamp(), &hash(&secret), "essai", until, None).await;
        tx.commit().await.expect("committed");
        let cookie = format!("{}={secret}", desk.state.sessions.cookie());
        Some((begun.expect("a session").to_string(), cookie))
    }

    /// The form of an agreement between `own` and another.
    pub fn form(&self, with: &str) -> AgreementForm {
        let party = |key: &str| PartyForm {
            institution: self.institution(key).to_string(),
            role: "signatory".into(),
            ..PartyForm::default()
        };
        let contact = ContactForm {
            name: "Camille Exemple".into(),
            email: "camille@exemple.fr".into(),
            role: String::new(),
        };
        AgreementForm {
            kind: "framework".into(),
            title_fr: "Convention-cadre".into(),
            title_en: "Framework convention".into(),
            parties: vec![PartyForm { contacts: vec![contact], ..party("own") }, party(with)],
            starts: "2024-01-10".into(),
            summary_en: "A summary".into(),
            terms_en: "Secret terms".into(),
            commitments: vec![CommitmentForm {
                id: COMMITMENT.to_string(),
                text_en: "Joint jury".into(),
                measure: "yes_no".into(),
                ..CommitmentForm::default()
            }],
            visibility: "public".into(),
            ..AgreementForm::default()
        }
    }

    /// Writes down an agreement of the own office.
    pub async fn agreement(&self, app: &TestApp, form: &AgreementForm, state: State) -> AgreementId {
        let desk = self.desk(app, "officer").await;
        let id = agreements::create(&desk, form).await.expect("an agreement");
        if state != State::Draft {
            agreements::share(&desk, id).await.expect("shared");
        }
        if state == State::Published {
            agreements::publish(&desk, id, true).await.expect("published");
        }
        id
    }

    /// Opens two places a year from the other institution to the own, in an agreement that both signed; published or not.
    pub async fn flow(&self, app: &TestApp, state: State) -> FlowId {
        self.opened(app, state, None).await.1
    }

    /// The same with a pool of three places a year that the flow draws on.
    pub async fn pool(&self, app: &TestApp, state: State) -> (AgreementId, PoolId) {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let pool = PoolId(Uuid::from_u128((1 << 96) + u128::from(NEXT.fetch_add(1, Ordering::Relaxed))));
        (self.opened(app, state, Some(pool)).await.0, pool)
    }

    async fn opened(&self, app: &TestApp, state: State, pool: Option<PoolId>) -> (AgreementId, FlowId) {
        let pools = pool.map(|pool| PoolForm {
            id: pool.to_string(),
            name_fr: "Places communes".into(),
            cap: "3".into(),
            ..PoolForm::default()
        });
        let flow = FlowForm {
            kind: "student_studies".into(),
            sender: self.institution("other").to_string(),
            receiver: self.institution("own").to_string(),
            cap: "2".into(),
            carries_over: "on".into(),
            pool: pool.map(|pool| pool.to_string()).unwrap_or_default(),
            ..FlowForm::default()
        };
        let form = AgreementForm {
            kind: "student_exchange".into(),
            flows: vec![flow],
            pools: pools.into_iter().collect(),
            ..self.form("other")
        };
        let agreement = crate::inbox::concluded(app, self, &form).await;
        if state == State::Published {
            let desk = self.desk(app, "officer").await;
            agreements::publish(&desk, agreement, true).await.expect("published");
        }
        let mut tx = app.db().read().await.expect("a transaction");
        let flows = store::flow::of_agreement(&mut tx, agreement).await.expect("read");
        (agreement, flows.first().expect("a flow").flow.id)
    }

    /// Notes that the own office saw the commitment kept.
    pub async fn observation(&self, app: &TestApp, agreement: AgreementId) -> ObservationId {
        let desk = self.desk(app, "officer").await;
        let form = ObservationForm {
            observed_on: "2024-06-01".into(),
            value: "yes".into(),
            evidence: "Secret minutes".into(),
            ..ObservationForm::default()
        };
        commitments::note(&desk, agreement, COMMITMENT, &form).await.expect("noted")
    }

    /// Adds a small PDF of the own office, for the parties.
    pub async fn document(&self, app: &TestApp, agreement: AgreementId) -> DocumentId {
        let desk = self.desk(app, "officer").await;
        let id = documents::new_id(&desk);
        let mut incoming = desk.state.files.begin(id).await.expect("begun");
        incoming.push(b"%PDF-1.7 essai").await.expect("written").expect("taken");
        let file = incoming.finish("essai.pdf").await.expect("written");
        let form = DocumentForm { kind: "annex".into(), ..DocumentForm::default() };
        documents::add(&desk, agreement, id, &form, Some(file)).await.expect("added");
        id
    }
}
