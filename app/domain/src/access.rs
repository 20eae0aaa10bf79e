//! Who may do what: the table of roles, as code.
//!
//! [`decide`] turns an [`Actor`] and an action into a [`Permit`], which a write of the store takes: an
//! unchecked write does not compile. The permit also says who writes and for which office, so that the audit
//! line cannot disagree with the decision.

use crate::id::{AgreementId, InstitutionId, UserId};
use serde::{Deserialize, Serialize};

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

/// The actor administers the registry.
fn administrator(actor: &Actor) -> Option<Office> {
    actor.is_administrator().then_some(None)
}

/// The actor belongs, with at least this role, to the office of one of these institutions.
fn own(actor: &Actor, institutions: &[InstitutionId], least: Role) -> Option<Office> {
    actor.office_of(institutions, least).map(Some)
}

/// What access rules need to know of an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementScope {
    /// Which agreement: a permit is good for this one only.
    pub id: AgreementId,
    /// The office that manages it: the only one that sees it before it is shared, and one that sees it ever after,
    /// should another party take it out of the parties.
    pub owner: Option<InstitutionId>,
    /// All parties and their units.
    pub parties: Vec<InstitutionId>,
    /// Whether it was shared with the other parties.
    pub is_shared: bool,
    /// Whether everyone may read it.
    pub is_published: bool,
}

impl AgreementScope {
    fn offices(&self) -> Vec<InstitutionId> {
        let parties = if self.is_shared { self.parties.as_slice() } else { &[] };
        parties.iter().copied().chain(self.owner).collect()
    }
}

/// Read the public summary of an agreement, or more: see [`ReadContent`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadSummary<'a>(pub &'a AgreementScope);

impl Action for ReadSummary<'_> {
    const NAME: &'static str = "read_summary";

    fn office(&self, actor: &Actor) -> Option<Office> {
        if self.0.is_published { Some(None) } else { ReadContent(self.0).office(actor) }
    }
}

/// Read everything about an agreement: drafts, contacts, facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadContent<'a>(pub &'a AgreementScope);

impl Action for ReadContent<'_> {
    const NAME: &'static str = "read_content";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &self.0.offices(), Role::Observer).or_else(|| administrator(actor))
    }
}

/// Create an agreement among these institutions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateAgreement {
    /// The parties and their units.
    pub parties: Vec<InstitutionId>,
}

impl Action for CreateAgreement {
    const NAME: &'static str = "create_agreement";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &self.parties, Role::Officer).or_else(|| administrator(actor))
    }
}

/// Edit the draft of an agreement, its contacts and sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditAgreement<'a>(pub &'a AgreementScope);

impl Action for EditAgreement<'_> {
    const NAME: &'static str = "edit_agreement";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &self.0.offices(), Role::Officer).or_else(|| administrator(actor))
    }
}

/// Share a draft with the offices of the other parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareAgreement<'a>(pub &'a AgreementScope);

impl Action for ShareAgreement<'_> {
    const NAME: &'static str = "share_agreement";

    fn office(&self, actor: &Actor) -> Option<Office> {
        EditAgreement(self.0).office(actor)
    }
}

/// Publish an agreement in the public registry, or take it out again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishAgreement<'a>(pub &'a AgreementScope);

impl Action for PublishAgreement<'_> {
    const NAME: &'static str = "publish_agreement";

    fn office(&self, actor: &Actor) -> Option<Office> {
        EditAgreement(self.0).office(actor)
    }
}

/// Delete a draft that nobody else approved or signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteDraft<'a>(pub &'a AgreementScope);

impl Action for DeleteDraft<'_> {
    const NAME: &'static str = "delete_draft";

    fn office(&self, actor: &Actor) -> Option<Office> {
        if self.0.is_shared { None } else { EditAgreement(self.0).office(actor) }
    }
}

/// Record the signature of one party: by a lead of it, or by a lead of another party on its behalf when it
/// has no account. An administrator does not sign in an office's name; the operator loads what exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignAgreement<'a> {
    /// The agreement.
    pub scope: &'a AgreementScope,
    /// The party that signed, and its unit.
    pub party: Vec<InstitutionId>,
    /// Whether someone has an account for that party.
    pub party_has_members: bool,
}

impl Action for SignAgreement<'_> {
    const NAME: &'static str = "sign_agreement";

    fn office(&self, actor: &Actor) -> Option<Office> {
        if matches!(actor, Actor::Operator) {
            return Some(None);
        }
        let offices = self.scope.offices();
        if self.party_has_members {
            own(actor, &self.party, Role::Lead).filter(|_| own(actor, &offices, Role::Lead).is_some())
        } else {
            own(actor, &offices, Role::Lead)
        }
    }
}

/// Create an institution: any office may, so that a partner is found when an agreement is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateInstitution;

impl Action for CreateInstitution {
    const NAME: &'static str = "create_institution";

    fn office(&self, actor: &Actor) -> Option<Office> {
        let office = actor.person().and_then(|person| {
            person.memberships.iter().find(|m| m.role >= Role::Officer).map(|m| Some(m.institution))
        });
        office.or_else(|| administrator(actor))
    }
}

/// Edit an institution: its own office, an administrator, or any office while it has no account of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EditInstitution {
    /// Which one.
    pub institution: InstitutionId,
    /// Whether someone has an account for it.
    pub has_members: bool,
}

impl Action for EditInstitution {
    const NAME: &'static str = "edit_institution";

    fn office(&self, actor: &Actor) -> Option<Office> {
        let any = || if self.has_members { None } else { CreateInstitution.office(actor) };
        own(actor, &[self.institution], Role::Officer).or_else(any).or_else(|| administrator(actor))
    }
}

/// Read who belongs to an office, and which invitations are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadMembers(pub InstitutionId);

impl Action for ReadMembers {
    const NAME: &'static str = "read_members";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &[self.0], Role::Officer).or_else(|| administrator(actor))
    }
}

/// Invite people into an office, change their role, take it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManageMembers(pub InstitutionId);

impl Action for ManageMembers {
    const NAME: &'static str = "manage_members";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &[self.0], Role::Lead).or_else(|| administrator(actor))
    }
}

/// Read the audit trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadAudit;

impl Action for ReadAudit {
    const NAME: &'static str = "read_audit";

    fn office(&self, actor: &Actor) -> Option<Office> {
        administrator(actor)
    }
}

/// Fill an empty registry, add a user from the command line: the operator only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operate;

impl Action for Operate {
    const NAME: &'static str = "operate";

    fn office(&self, actor: &Actor) -> Option<Office> {
        matches!(actor, Actor::Operator).then_some(None)
    }
}

/// Change one's own account: password, sessions, tokens, language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManageOwnAccount(pub UserId);

impl Action for ManageOwnAccount {
    const NAME: &'static str = "manage_own_account";

    fn office(&self, actor: &Actor) -> Option<Office> {
        actor.person().is_some_and(|person| person.id == self.0).then_some(None)
    }
}

/// Sign in, or use a one-time link: anyone; the store checks the secret itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enter;

impl Action for Enter {
    const NAME: &'static str = "enter";

    fn office(&self, _actor: &Actor) -> Option<Office> {
        Some(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
            ("delete a shared one", row(&actors, || DeleteDraft(&shared)), "--------"),
            ("publish", row(&actors, || PublishAgreement(&shared)), "---yyy-y"),
            ("sign for party 2 with members", row(&actors, || sign(&shared, true)), "--------"),
            ("sign for party 2 without", row(&actors, || sign(&shared, false)), "----y---"),
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
            ("invite into 1", row(&actors, || ManageMembers(institution(1))), "----y--y"),
            ("read members of 1", row(&actors, || ReadMembers(institution(1))), "---yy--y"),
            ("audit", row(&actors, || ReadAudit), "-------y"),
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
