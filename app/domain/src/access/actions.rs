//! What one may want to do, each with its rule.

use super::{Action, Actor, Office, Person, Role};
use crate::{
    id::{AgreementId, InstitutionId, UserId},
    import::ImportKind,
};

/// The actor administers the registry.
pub(super) fn administrator(actor: &Actor) -> Option<Office> {
    actor.is_administrator().then_some(None)
}

/// The actor belongs, with at least this role, to the office of one of these institutions.
pub(super) fn own(actor: &Actor, institutions: &[InstitutionId], least: Role) -> Option<Office> {
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

/// Delete a draft that nobody approved or signed: the office that manages it, also after sharing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteDraft<'a>(pub &'a AgreementScope);

impl Action for DeleteDraft<'_> {
    const NAME: &'static str = "delete_draft";

    fn office(&self, actor: &Actor) -> Option<Office> {
        let owner: Vec<_> = self.0.owner.into_iter().collect();
        own(actor, &owner, Role::Officer).or_else(|| administrator(actor))
    }
}

/// In whose name a lead speaks for a party: one of its own office, or, while nobody has an account for it, of another
/// party's. An administrator does not speak in an office's name; the operator loads what exists.
fn speaks_for(
    actor: &Actor,
    scope: &AgreementScope,
    party: &[InstitutionId],
    party_has_members: bool,
) -> Option<Office> {
    if matches!(actor, Actor::Operator) {
        return Some(None);
    }
    let offices = scope.offices();
    if party_has_members {
        own(actor, party, Role::Lead).filter(|_| own(actor, &offices, Role::Lead).is_some())
    } else {
        own(actor, &offices, Role::Lead)
    }
}

/// Record the signature of one party.
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
        speaks_for(actor, self.scope, &self.party, self.party_has_members)
    }
}

/// Record that one party approves a revision, or withdraws that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveAgreement<'a> {
    /// The agreement.
    pub scope: &'a AgreementScope,
    /// The party that approves, and its unit.
    pub party: Vec<InstitutionId>,
    /// Whether someone has an account for that party.
    pub party_has_members: bool,
}

impl Action for ApproveAgreement<'_> {
    const NAME: &'static str = "approve_agreement";

    fn office(&self, actor: &Actor) -> Option<Office> {
        speaks_for(actor, self.scope, &self.party, self.party_has_members)
    }
}

/// Record that a party ends an agreement before its time, or takes that back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminateAgreement<'a> {
    /// The agreement.
    pub scope: &'a AgreementScope,
    /// The party that gave notice, and its unit; where the parties end it together, all of them.
    pub party: Vec<InstitutionId>,
    /// Whether someone has an account for that party.
    pub party_has_members: bool,
}

impl Action for TerminateAgreement<'_> {
    const NAME: &'static str = "terminate_agreement";

    fn office(&self, actor: &Actor) -> Option<Office> {
        speaks_for(actor, self.scope, &self.party, self.party_has_members)
    }
}

/// Begin the agreement that renews one, or name another that takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewAgreement<'a>(pub &'a AgreementScope);

impl Action for RenewAgreement<'_> {
    const NAME: &'static str = "renew_agreement";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &self.0.offices(), Role::Lead)
    }
}

/// Renew many agreements at once: each is decided by itself, see [`RenewAgreement`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenewAgreements;

impl Action for RenewAgreements {
    const NAME: &'static str = "renew_agreements";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &actor.covered(Role::Lead), Role::Lead)
    }
}

/// Drop the revision that is negotiated, for the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevertAgreement<'a>(pub &'a AgreementScope);

impl Action for RevertAgreement<'_> {
    const NAME: &'static str = "revert_agreement";

    fn office(&self, actor: &Actor) -> Option<Office> {
        EditAgreement(self.0).office(actor)
    }
}

/// Comment on a revision of an agreement, for its parties to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentAgreement<'a>(pub &'a AgreementScope);

impl Action for CommentAgreement<'_> {
    const NAME: &'static str = "comment_agreement";

    fn office(&self, actor: &Actor) -> Option<Office> {
        EditAgreement(self.0).office(actor)
    }
}

/// Put a tag of an office on agreements that it sees, or take it off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TagAgreements(pub InstitutionId);

impl Action for TagAgreements {
    const NAME: &'static str = "tag_agreements";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &[self.0], Role::Officer)
    }
}

/// Keep a view of a list, for oneself, or for an office that one reads for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepView {
    /// Whose view.
    pub user: UserId,
    /// The office that sees it, too.
    pub office: Option<InstitutionId>,
}

impl Action for KeepView {
    const NAME: &'static str = "keep_view";

    fn office(&self, actor: &Actor) -> Option<Office> {
        ManageOwnAccount(self.user).office(actor)?;
        match self.office {
            None => Some(None),
            Some(office) => own(actor, &[office], Role::Observer),
        }
    }
}

/// Forget a view of a list: one's own, or, of one that an office sees, a lead of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForgetView {
    /// Whose view.
    pub user: UserId,
    /// The office that sees it, too.
    pub office: Option<InstitutionId>,
}

impl Action for ForgetView {
    const NAME: &'static str = "forget_view";

    fn office(&self, actor: &Actor) -> Option<Office> {
        let led = || self.office.and_then(|office| own(actor, &[office], Role::Lead));
        ManageOwnAccount(self.user).office(actor).or_else(led)
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

/// Make one of two institutions that are one: administrators, for the whole registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergeInstitutions;

impl Action for MergeInstitutions {
    const NAME: &'static str = "merge_institutions";

    fn office(&self, actor: &Actor) -> Option<Office> {
        administrator(actor)
    }
}

/// Read which years the agreements of two institutions leave uncovered: the office of either, which sees all of them. Who
/// sees only some of them would be told of gaps that are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadCoverage(pub [InstitutionId; 2]);

impl Action for ReadCoverage {
    const NAME: &'static str = "read_coverage";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &self.0, Role::Observer).or_else(|| administrator(actor))
    }
}

/// Take in a list, undo that, and read what was done. Institutions: administrators, for the whole registry. Agreements:
/// officers, too, each with the own lists; what each row may do is decided by itself, see [`CreateAgreement`],
/// [`EditAgreement`] and [`SignAgreement`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Import {
    /// What the list is of.
    pub kind: ImportKind,
    /// Who brought it; none for the command line.
    pub by: Option<UserId>,
}

impl Action for Import {
    const NAME: &'static str = "import";

    fn office(&self, actor: &Actor) -> Option<Office> {
        let own = || {
            let is_own = actor.person().is_some_and(|person| Some(person.id) == self.by);
            own(actor, &actor.covered(Role::Officer), Role::Officer)
                .filter(|_| is_own && self.kind == ImportKind::Agreements)
        };
        administrator(actor).or_else(own)
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

/// Read what awaits one's offices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadInbox;

impl Action for ReadInbox {
    const NAME: &'static str = "read_inbox";

    fn office(&self, actor: &Actor) -> Option<Office> {
        let own = |person: &Person| {
            person.memberships.iter().find(|m| m.role >= Role::Officer).map(|m| m.institution)
        };
        actor.person().and_then(own).map(Some)
    }
}

/// Mark what awaits an institution's office as dealt with, or take that back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DealWithInbox(pub InstitutionId);

impl Action for DealWithInbox {
    const NAME: &'static str = "deal_with_inbox";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &[self.0], Role::Officer)
    }
}

/// Make the address of an office's private calendar, make another, take it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManageFeed(pub InstitutionId);

impl Action for ManageFeed {
    const NAME: &'static str = "manage_feed";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &[self.0], Role::Officer).or_else(|| administrator(actor))
    }
}

/// See which messages were sent and which could not be, and have those sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManageMail;

impl Action for ManageMail {
    const NAME: &'static str = "manage_mail";

    fn office(&self, actor: &Actor) -> Option<Office> {
        administrator(actor)
    }
}

/// Hear at once where seats change: whoever reads for an office, and administrators. What changed is asked for by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WatchSeats;

impl Action for WatchSeats {
    const NAME: &'static str = "watch_seats";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &actor.covered(Role::Observer), Role::Observer).or_else(|| administrator(actor))
    }
}

/// Watch over deadlines and gaps, and send what is due: the server itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch;

impl Action for Watch {
    const NAME: &'static str = "watch";

    fn office(&self, actor: &Actor) -> Option<Office> {
        Operate.office(actor)
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
