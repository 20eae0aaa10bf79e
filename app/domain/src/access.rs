//! Who may do what: the table of roles, as code.
//!
//! [`decide`] turns an [`Actor`] and an action into a [`Permit`], which a write of the store takes: an
//! unchecked write does not compile. The permit also says who writes and for which office, so that the audit
//! line cannot disagree with the decision. The actions are below, each with its rule.

use crate::id::{InstitutionId, UserId};
use serde::{Deserialize, Serialize};

mod actions;
mod documents;
mod observations;
mod seats;

pub use actions::*;
pub use documents::*;
pub use observations::*;
pub use seats::*;

/// What a person is within one institution. Ordered: each includes what the earlier ones may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Browses, ranks choices, follows a status.
    Student,
    /// Reads and exports.
    Observer,
    /// Logs and follows agreements.
    Officer,
    /// Leads an office: signs, approves, overrides, invites.
    Lead,
}

impl Role {
    /// All roles, weakest first.
    pub const ALL: [Self; 4] = [Self::Student, Self::Observer, Self::Officer, Self::Lead];

    /// The word in tables and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Observer => "observer",
            Self::Officer => "officer",
            Self::Lead => "lead",
        }
    }

    /// The role of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// A role in an institution, which also covers its units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The institution whose office one belongs to.
    pub institution: InstitutionId,
    /// What one is there.
    pub role: Role,
    /// The institution itself and every unit below it.
    pub covers: Vec<InstitutionId>,
}

/// A person who has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// The name shown to others.
    pub name: String,
    /// Whether the person administers the registry.
    pub is_administrator: bool,
    /// The offices the person belongs to.
    pub memberships: Vec<Membership>,
}

/// Whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Someone who has not signed in.
    Visitor,
    /// Someone who has.
    Person(Person),
    /// The command line on the server itself, named for the audit line.
    Operator,
}

impl Actor {
    /// The person, when someone has signed in.
    pub const fn person(&self) -> Option<&Person> {
        match self {
            Self::Person(person) => Some(person),
            Self::Visitor | Self::Operator => None,
        }
    }

    /// Whether this is the operator or an administrator.
    pub fn is_administrator(&self) -> bool {
        match self {
            Self::Operator => true,
            Self::Person(person) => person.is_administrator,
            Self::Visitor => false,
        }
    }

    /// The first office, with at least this role, that covers one of the institutions.
    pub fn office_of(&self, institutions: &[InstitutionId], least: Role) -> Option<InstitutionId> {
        self.person()?
            .memberships
            .iter()
            .find(|m| m.role >= least && institutions.iter().any(|id| m.covers.contains(id)))
            .map(|m| m.institution)
    }

    /// Every institution that an office of this person covers, with at least this role.
    pub fn covered(&self, least: Role) -> Vec<InstitutionId> {
        let memberships = self.person().map_or(&[][..], |person| &person.memberships);
        memberships.iter().filter(|m| m.role >= least).flat_map(|m| m.covers.iter().copied()).collect()
    }

    /// The highest role held anywhere.
    pub fn highest_role(&self) -> Option<Role> {
        self.person()?.memberships.iter().map(|m| m.role).max()
    }
}

/// The decision against an actor. It never says whether the thing exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// One must sign in first.
    #[error("sign in first")]
    SignIn,
    /// One is known, and may not.
    #[error("not allowed")]
    Forbidden,
}

/// For which office someone acts: none for an administrator or the operator.
pub type Office = Option<InstitutionId>;

/// Something that may be allowed or denied.
pub trait Action {
    /// The word in the audit trail.
    const NAME: &'static str;

    /// The office in whose name the actor may do it; `None` when the actor may not.
    fn office(&self, actor: &Actor) -> Option<Office>;
}

/// The proof that an actor may do something. Only [`decide`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit<A> {
    user: Option<UserId>,
    name: String,
    office: Office,
    action: A,
}

impl<A> Permit<A> {
    /// The person who acts; `None` for the operator and for links that need no account yet.
    pub const fn user(&self) -> Option<UserId> {
        self.user
    }

    /// The name of who acts, as it was when acting.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The office in whose name.
    pub const fn office(&self) -> Office {
        self.office
    }

    /// What was allowed.
    pub const fn action(&self) -> &A {
        &self.action
    }
}

/// Decides whether the actor may do it.
pub fn decide<A: Action>(actor: &Actor, action: A) -> Result<Permit<A>, Denied> {
    match (action.office(actor), actor) {
        (Some(office), Actor::Person(person)) => {
            Ok(Permit { user: Some(person.id), name: person.name.clone(), office, action })
        }
        (Some(office), Actor::Operator) => Ok(Permit { user: None, name: "entente".into(), office, action }),
        (Some(office), Actor::Visitor) => Ok(Permit { user: None, name: String::new(), office, action }),
        (None, Actor::Visitor) => Err(Denied::SignIn),
        (None, _) => Err(Denied::Forbidden),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{AgreementId, ObservationId},
        import::ImportKind,
    };
    use uuid::Uuid;

    fn institution(n: u128) -> InstitutionId {
        InstitutionId(Uuid::from_u128(n))
    }

    fn member(role: Role, of: u128) -> Actor {
        let covers = vec![institution(of), institution(of + 100)];
        let membership = Membership { institution: institution(of), role, covers };
        Actor::Person(Person {
            id: UserId(Uuid::from_u128(9)),
            name: "Camille Exemple".into(),
            is_administrator: false,
            memberships: vec![membership],
        })
    }

    fn administrator() -> Actor {
        Actor::Person(Person {
            id: UserId(Uuid::from_u128(8)),
            name: "Dominique Exemple".into(),
            is_administrator: true,
            memberships: vec![],
        })
    }

    fn scope(is_shared: bool, is_published: bool) -> AgreementScope {
        AgreementScope {
            id: AgreementId(Uuid::from_u128(5)),
            owner: Some(institution(1)),
            parties: vec![institution(1), institution(102), institution(2)],
            is_shared,
            is_published,
        }
    }

    /// Who of the actors may do it, a letter each.
    fn row<A: Action>(actors: &[Actor], action: impl Fn() -> A) -> String {
        actors.iter().map(|a| if decide(a, action()).is_ok() { 'y' } else { '-' }).collect()
    }

    /// Rows: what; columns: visitor, student, observer, officer, lead of party 1; officer of party 2; officer of
    /// a stranger; administrator.
    #[test]
    fn each_role_may_do_what_the_table_says() {
        let actors = [
            Actor::Visitor,
            member(Role::Student, 1),
            member(Role::Observer, 1),
            member(Role::Officer, 1),
            member(Role::Lead, 1),
            member(Role::Officer, 2),
            member(Role::Officer, 3),
            administrator(),
        ];
        let draft = scope(false, false);
        let shared = scope(true, false);
        let published = scope(true, true);
        let sign = |scope, party_has_members| SignAgreement {
            scope,
            party: vec![institution(2)],
            party_has_members,
        };
        let terminate = |party_has_members| TerminateAgreement {
            scope: &shared,
            party: vec![institution(2)],
            party_has_members,
        };
        let observation = |n| ObservationScope {
            id: ObservationId(Uuid::from_u128(6)),
            agreement: shared.clone(),
            office: Some(institution(n)),
        };
        let (own, foreign) = (observation(1), observation(2));
        let view = |office| ForgetView { user: UserId(Uuid::from_u128(7)), office };
        let import = |kind| Import { kind, by: Some(UserId(Uuid::from_u128(9))) };
        let table = [
            ("read a draft", row(&actors, || ReadContent(&draft)), "--yyy--y"),
            ("read a shared one", row(&actors, || ReadContent(&shared)), "--yyyy-y"),
            ("summary of a shared one", row(&actors, || ReadSummary(&shared)), "--yyyy-y"),
            ("summary of a published one", row(&actors, || ReadSummary(&published)), "yyyyyyyy"),
            ("content of a published one", row(&actors, || ReadContent(&published)), "--yyyy-y"),
            ("create", row(&actors, || CreateAgreement { parties: shared.parties.clone() }), "---yyy-y"),
            ("edit a draft", row(&actors, || EditAgreement(&draft)), "---yy--y"),
            ("edit a shared one", row(&actors, || EditAgreement(&shared)), "---yyy-y"),
            ("delete a draft", row(&actors, || DeleteDraft(&draft)), "---yy--y"),
            ("delete a shared one", row(&actors, || DeleteDraft(&shared)), "---yy--y"),
            ("publish", row(&actors, || PublishAgreement(&shared)), "---yyy-y"),
            ("sign for party 2 with members", row(&actors, || sign(&shared, true)), "--------"),
            ("sign for party 2 without", row(&actors, || sign(&shared, false)), "----y---"),
            ("terminate for party 2 with members", row(&actors, || terminate(true)), "--------"),
            ("terminate for party 2 without", row(&actors, || terminate(false)), "----y---"),
            ("renew", row(&actors, || RenewAgreement(&shared)), "----y---"),
            ("note an observation", row(&actors, || NoteObservation(&shared)), "---yyy-y"),
            ("withdraw an observation of 1", row(&actors, || WithdrawObservation(&own)), "---yy--y"),
            ("withdraw an observation of 2", row(&actors, || WithdrawObservation(&foreign)), "-----y-y"),
            ("create an institution", row(&actors, || CreateInstitution), "---yyyyy"),
            (
                "edit institution 1",
                row(&actors, || EditInstitution { institution: institution(1), has_members: true }),
                "---yy--y",
            ),
            (
                "edit one without members",
                row(&actors, || EditInstitution { institution: institution(7), has_members: false }),
                "---yyyyy",
            ),
            ("merge", row(&actors, || MergeInstitutions), "-------y"),
            (
                "coverage of 1 and 3",
                row(&actors, || ReadCoverage([institution(1), institution(3)])),
                "--yyy-yy",
            ),
            ("invite into 1", row(&actors, || ManageMembers(institution(1))), "----y--y"),
            ("read members of 1", row(&actors, || ReadMembers(institution(1))), "---yy--y"),
            ("audit", row(&actors, || ReadAudit), "-------y"),
            ("read an inbox", row(&actors, || ReadInbox), "---yyyy-"),
            ("deal with the inbox of 1", row(&actors, || DealWithInbox(institution(1))), "---yy---"),
            ("calendar of 1", row(&actors, || ManageFeed(institution(1))), "---yy--y"),
            ("mail", row(&actors, || ManageMail), "-------y"),
            ("import institutions", row(&actors, || import(ImportKind::Institutions)), "-------y"),
            ("import agreements", row(&actors, || import(ImportKind::Agreements)), "---yyyyy"),
            (
                "another's import",
                row(&actors, || Import { kind: ImportKind::Agreements, by: None }),
                "-------y",
            ),
            ("forget a view of 1", row(&actors, || view(Some(institution(1)))), "----y---"),
            ("forget another's own view", row(&actors, || view(None)), "--------"),
            ("watch seats", row(&actors, || WatchSeats), "--yyyyyy"),
            ("watch", row(&actors, || Watch), "--------"),
            ("operate", row(&actors, || Operate), "--------"),
        ];
        for (what, is, should) in table {
            assert_eq!(is, should, "{what}");
        }
    }

    #[test]
    fn a_lead_signs_for_the_own_party_only_and_a_role_covers_the_units() {
        let shared = scope(true, false);
        let own_unit =
            SignAgreement { scope: &shared, party: vec![institution(102)], party_has_members: true };
        assert!(decide(&member(Role::Lead, 2), own_unit.clone()).is_ok());
        assert_eq!(decide(&member(Role::Lead, 1), own_unit), Err(Denied::Forbidden));
        assert_eq!(decide(&Actor::Visitor, ReadAudit), Err(Denied::SignIn));
    }

    #[test]
    fn a_permit_carries_who_and_for_which_office() {
        let shared = scope(true, false);
        let permit = decide(&member(Role::Officer, 2), EditAgreement(&shared)).expect("may edit");
        assert_eq!(permit.office(), Some(institution(2)));
        assert_eq!(permit.user(), Some(UserId(Uuid::from_u128(9))));
        let permit = decide(&administrator(), EditAgreement(&shared)).expect("may edit");
        assert_eq!(permit.office(), None);
    }
}
