//! Places, and who is put forward for them.

use super::{Action, Actor, Office, Role, actions::own};
use crate::{
    id::{FlowId, InstitutionId, NominationId, UserId},
    nomination::{ActKind, Side},
};
use std::slice::from_ref;

/// What access rules need to know of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowScope {
    /// Which flow.
    pub flow: FlowId,
    /// The party that sends.
    pub sender: InstitutionId,
    /// The party that receives, and owns the places.
    pub receiver: InstitutionId,
    /// Whether someone has an account for the party that sends.
    pub sender_has_members: bool,
    /// Whether someone has an account for the party that receives.
    pub receiver_has_members: bool,
}

impl FlowScope {
    /// The office that speaks for the receiver: its own, or the sender's while nobody has an account for it.
    fn host(&self, actor: &Actor, least: Role) -> Option<Office> {
        own(actor, &[self.receiver], least)
            .or_else(|| own(actor, &[self.sender], least).filter(|_| !self.receiver_has_members))
    }

    /// The office that speaks for the sender: its own, or the receiver's while nobody has an account for it.
    fn home(&self, actor: &Actor, least: Role) -> Option<Office> {
        own(actor, &[self.sender], least)
            .or_else(|| own(actor, &[self.receiver], least).filter(|_| !self.sender_has_members))
    }

    /// Whether the actor speaks for the sender without belonging to it.
    pub fn is_on_behalf_of_home(&self, actor: &Actor) -> bool {
        own(actor, &[self.sender], Role::Officer).is_none()
    }

    /// Whether the actor speaks for the receiver without belonging to it.
    pub fn is_on_behalf_of_host(&self, actor: &Actor) -> bool {
        own(actor, &[self.receiver], Role::Officer).is_none()
    }
}

/// What access rules need to know of a nomination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NominationScope {
    /// Which nomination.
    pub id: NominationId,
    /// The flow it is for.
    pub flow: FlowScope,
    /// The student, where they have an account.
    pub student: Option<UserId>,
    /// Whether the host was ever asked: from then on its office sees it.
    pub is_known_to_host: bool,
}

impl NominationScope {
    fn is_student(&self, actor: &Actor) -> bool {
        actor.person().is_some_and(|person| self.student == Some(person.id))
    }

    /// On whose side the actor is: as the student, for the home or for the host institution.
    pub fn side(&self, actor: &Actor) -> Option<Side> {
        if self.is_student(actor) {
            return Some(Side::Student);
        }
        if own(actor, &[self.flow.sender], Role::Officer).is_some() {
            return Some(Side::Home);
        }
        if self.is_known_to_host && own(actor, &[self.flow.receiver], Role::Officer).is_some() {
            return Some(Side::Host);
        }
        self.flow.home(actor, Role::Officer).map(|_| Side::Home)
    }
}

/// Something done to a nomination.
pub trait OnNomination: Action {
    /// Which nomination, and what is known of it.
    fn scope(&self) -> &NominationScope;
    /// What is done.
    fn act(&self) -> ActKind;
}

/// Look at the places of a flow, or of the pool that several share, with all that explains them: who sends or receives, and
/// administrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadSeats<'a>(pub &'a [FlowScope]);

impl Action for ReadSeats<'_> {
    const NAME: &'static str = "read_seats";

    fn office(&self, actor: &Actor) -> Option<Office> {
        let ends: Vec<_> = self.0.iter().flat_map(|scope| [scope.sender, scope.receiver]).collect();
        own(actor, &ends, Role::Observer).or_else(|| actor.is_administrator().then_some(None))
    }
}

/// Look at a flow and how many places it has: everyone, where its agreement is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFlow<'a> {
    /// Which flow.
    pub scope: &'a FlowScope,
    /// Whether everyone may read its agreement.
    pub is_published: bool,
}

impl Action for ReadFlow<'_> {
    const NAME: &'static str = "read_flow";

    fn office(&self, actor: &Actor) -> Option<Office> {
        if self.is_published { Some(None) } else { ReadSeats(from_ref(self.scope)).office(actor) }
    }
}

/// Put a student forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nominate<'a>(pub &'a FlowScope);

impl Action for Nominate<'_> {
    const NAME: &'static str = "nominate";

    fn office(&self, actor: &Actor) -> Option<Office> {
        self.0.home(actor, Role::Officer)
    }
}

/// Change how many places a year of a flow, or of the pool that several share, has, or close it: who leads an office that owns the
/// places, or that of a sender while nobody has an account for any that owns them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetSeats<'a>(pub &'a [FlowScope]);

impl SetSeats<'_> {
    /// Who leads the office of one that receives.
    fn as_owner(&self, actor: &Actor) -> Option<Office> {
        let receivers: Vec<_> = self.0.iter().map(|scope| scope.receiver).collect();
        own(actor, &receivers, Role::Lead)
    }

    /// Whether the actor, who may, leads no office that owns the places.
    pub fn is_on_behalf(&self, actor: &Actor) -> bool {
        self.as_owner(actor).is_none()
    }
}

impl Action for SetSeats<'_> {
    const NAME: &'static str = "set_seats";

    fn office(&self, actor: &Actor) -> Option<Office> {
        if matches!(actor, Actor::Operator) {
            return Some(None);
        }
        // Nobody speaks for one of several owners while another can be asked.
        let is_unowned = self.0.iter().all(|scope| !scope.receiver_has_members);
        let for_another = || self.0.iter().find_map(|scope| scope.host(actor, Role::Lead));
        self.as_owner(actor).or_else(|| for_another().filter(|_| is_unowned))
    }
}

/// Read a nomination: the student, the home office, and the host's from nomination on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadNomination<'a>(pub &'a NominationScope);

impl Action for ReadNomination<'_> {
    const NAME: &'static str = "read_nomination";

    fn office(&self, actor: &Actor) -> Option<Office> {
        if self.0.is_student(actor) {
            return Some(None);
        }
        let host = self.0.is_known_to_host.then_some(self.0.flow.receiver);
        let offices: Vec<InstitutionId> = [self.0.flow.sender].into_iter().chain(host).collect();
        own(actor, &offices, Role::Observer).or_else(|| self.0.flow.home(actor, Role::Officer))
    }
}

/// Say yes or no for the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerNomination<'a> {
    /// Which nomination.
    pub scope: &'a NominationScope,
    /// Yes or no.
    pub act: ActKind,
}

impl Action for AnswerNomination<'_> {
    const NAME: &'static str = "answer_nomination";

    fn office(&self, actor: &Actor) -> Option<Office> {
        if !matches!(self.act, ActKind::Accept | ActKind::Reject) {
            return None;
        }
        self.scope.flow.host(actor, Role::Officer)
    }
}

impl OnNomination for AnswerNomination<'_> {
    fn scope(&self) -> &NominationScope {
        self.scope
    }

    fn act(&self) -> ActKind {
        self.act
    }
}

/// Answer as the student: take or refuse an offer, confirm. The home office does so for one without an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerAsStudent<'a> {
    /// Which nomination.
    pub scope: &'a NominationScope,
    /// What is answered.
    pub act: ActKind,
}

impl Action for AnswerAsStudent<'_> {
    const NAME: &'static str = "answer_as_student";

    fn office(&self, actor: &Actor) -> Option<Office> {
        if !matches!(self.act, ActKind::Take | ActKind::Decline | ActKind::Confirm) {
            return None;
        }
        if self.scope.is_student(actor) {
            return Some(None);
        }
        self.scope.flow.home(actor, Role::Officer).filter(|_| self.scope.student.is_none())
    }
}

impl OnNomination for AnswerAsStudent<'_> {
    fn scope(&self) -> &NominationScope {
        self.scope
    }

    fn act(&self) -> ActKind {
        self.act
    }
}

/// Follow a nomination: take it back (the student, either office), correct it (the home office), end it after the stay (either
/// office).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowNomination<'a> {
    /// Which nomination.
    pub scope: &'a NominationScope,
    /// What is done.
    pub act: ActKind,
}

impl Action for FollowNomination<'_> {
    const NAME: &'static str = "follow_nomination";

    fn office(&self, actor: &Actor) -> Option<Office> {
        let flow = &self.scope.flow;
        let home = || flow.home(actor, Role::Officer);
        let host = || own(actor, &[flow.receiver], Role::Officer).filter(|_| self.scope.is_known_to_host);
        match self.act {
            ActKind::Withdraw if self.scope.is_student(actor) => Some(None),
            ActKind::Withdraw | ActKind::Complete => home().or_else(host),
            ActKind::Nominate => home(),
            _ => None,
        }
    }
}

impl OnNomination for FollowNomination<'_> {
    fn scope(&self) -> &NominationScope {
        self.scope
    }

    fn act(&self) -> ActKind {
        self.act
    }
}

/// Read the balance of two institutions, or of those who send and receive on the flows of a pool: their offices, and administrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadBalance<'a>(pub &'a [InstitutionId]);

impl Action for ReadBalance<'_> {
    const NAME: &'static str = "read_balance";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, self.0, Role::Observer).or_else(|| actor.is_administrator().then_some(None))
    }
}

/// Say what the balance of an institution was before the registry counted: who leads its office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetOpeningBalance(pub InstitutionId);

impl Action for SetOpeningBalance {
    const NAME: &'static str = "set_opening_balance";

    fn office(&self, actor: &Actor) -> Option<Office> {
        own(actor, &[self.0], Role::Lead)
    }
}

/// Let what was not answered in time lapse: the registry itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LapseOffer<'a>(pub &'a NominationScope);

impl Action for LapseOffer<'_> {
    const NAME: &'static str = "lapse_offer";

    fn office(&self, actor: &Actor) -> Option<Office> {
        matches!(actor, Actor::Operator).then_some(None)
    }
}

impl OnNomination for LapseOffer<'_> {
    fn scope(&self) -> &NominationScope {
        self.0
    }

    fn act(&self) -> ActKind {
        ActKind::Lapse
    }
}

#[cfg(test)]
mod tests {
    use super::{super::*, *};
    use uuid::Uuid;

    fn institution(n: u128) -> InstitutionId {
        InstitutionId(Uuid::from_u128(n))
    }

    fn member(role: Role, of: u128, id: u128) -> Actor {
        Actor::Person(Person {
            id: UserId(Uuid::from_u128(id)),
            name: "Camille Exemple".into(),
            is_administrator: of == 0,
            memberships: vec![Membership {
                institution: institution(of),
                role,
                covers: vec![institution(of)],
            }],
        })
    }

    /// Columns: visitor; the student; another student of the home; observer, officer, lead of the home; officer, lead of the
    /// host; officer of a stranger; administrator; operator.
    #[test]
    fn each_may_do_what_the_table_says() {
        fn row<A: Action>(actors: &[Actor], action: impl Fn() -> A) -> String {
            actors.iter().map(|a| if decide(a, action()).is_ok() { 'y' } else { '-' }).collect()
        }
        let actors = [
            Actor::Visitor,
            member(Role::Student, 1, 90),
            member(Role::Student, 1, 91),
            member(Role::Observer, 1, 2),
            member(Role::Officer, 1, 3),
            member(Role::Lead, 1, 4),
            member(Role::Officer, 2, 5),
            member(Role::Lead, 2, 6),
            member(Role::Officer, 3, 7),
            member(Role::Observer, 0, 8),
            Actor::Operator,
        ];
        let flow = |sender_has_members, receiver_has_members| FlowScope {
            flow: FlowId(Uuid::from_u128(1)),
            sender: institution(1),
            receiver: institution(2),
            sender_has_members,
            receiver_has_members,
        };
        let scope = |flow: FlowScope, student: Option<u128>, is_known_to_host| NominationScope {
            id: NominationId(Uuid::from_u128(1)),
            flow,
            student: student.map(|id| UserId(Uuid::from_u128(id))),
            is_known_to_host,
        };
        let both = flow(true, true);
        // The host receives from the stranger as well; or the home receives in turn.
        let from_stranger = FlowScope { sender: institution(3), ..both.clone() };
        let pool = [both.clone(), from_stranger];
        let back = FlowScope { sender: institution(2), receiver: institution(1), ..both.clone() };
        let two_ways = [both.clone(), back];
        // Nobody has an account for one of two that receive.
        let one_alone = [both.clone(), FlowScope { receiver: institution(4), ..flow(true, false) }];
        let alone = flow(true, false);
        let no_home = flow(false, true);
        let known = scope(both.clone(), Some(90), true);
        let waiting = scope(both.clone(), Some(90), false);
        let no_account = scope(both.clone(), None, true);
        let no_host = scope(alone.clone(), Some(90), true);
        let answer = |scope, act| AnswerNomination { scope, act };
        let student = |scope, act| AnswerAsStudent { scope, act };
        let two = [1, 2].map(institution);
        let follow = |scope, act| FollowNomination { scope, act };
        let table = [
            ("read seats", row(&actors, || ReadSeats(from_ref(&both))), "---yyyyy-yy"),
            ("read seats of a pool", row(&actors, || ReadSeats(&pool)), "---yyyyyyyy"),
            ("read seats of a pool that no flow draws on", row(&actors, || ReadSeats(&[])), "---------yy"),
            ("read a flow", row(&actors, || ReadFlow { scope: &both, is_published: false }), "---yyyyy-yy"),
            (
                "read a published flow",
                row(&actors, || ReadFlow { scope: &both, is_published: true }),
                "yyyyyyyyyyy",
            ),
            ("nominate", row(&actors, || Nominate(&both)), "----yy-----"),
            ("nominate for one without members", row(&actors, || Nominate(&no_home)), "----yyyy---"),
            ("set seats", row(&actors, || SetSeats(from_ref(&both))), "-------y--y"),
            ("set seats of one without members", row(&actors, || SetSeats(from_ref(&alone))), "-----y-y--y"),
            ("set seats of a pool", row(&actors, || SetSeats(&pool)), "-------y--y"),
            ("set seats of a pool both ways", row(&actors, || SetSeats(&two_ways)), "-----y-y--y"),
            (
                "set seats of a pool, one of whose owners has no members",
                row(&actors, || SetSeats(&one_alone)),
                "-------y--y",
            ),
            ("set seats of a pool that no flow draws on", row(&actors, || SetSeats(&[])), "----------y"),
            ("read", row(&actors, || ReadNomination(&known)), "-y-yyyyy---"),
            ("read one in line", row(&actors, || ReadNomination(&waiting)), "-y-yyy-----"),
            ("accept", row(&actors, || answer(&known, ActKind::Accept)), "------yy---"),
            (
                "accept where the host has no members",
                row(&actors, || answer(&no_host, ActKind::Accept)),
                "----yyyy---",
            ),
            (
                "confirm by answering for the host",
                row(&actors, || answer(&known, ActKind::Confirm)),
                "-----------",
            ),
            ("confirm", row(&actors, || student(&known, ActKind::Confirm)), "-y---------"),
            (
                "confirm for one without an account",
                row(&actors, || student(&no_account, ActKind::Confirm)),
                "----yy-----",
            ),
            ("accept as the student", row(&actors, || student(&known, ActKind::Accept)), "-----------"),
            ("withdraw", row(&actors, || follow(&known, ActKind::Withdraw)), "-y--yyyy---"),
            ("withdraw one in line", row(&actors, || follow(&waiting, ActKind::Withdraw)), "-y--yy-----"),
            ("complete", row(&actors, || follow(&known, ActKind::Complete)), "----yyyy---"),
            ("correct", row(&actors, || follow(&known, ActKind::Nominate)), "----yy-----"),
            ("read the balance", row(&actors, || ReadBalance(&two)), "---yyyyy-yy"),
            ("set the opening balance", row(&actors, || SetOpeningBalance(institution(1))), "-----y-----"),
            ("lapse", row(&actors, || LapseOffer(&known)), "----------y"),
        ];
        for (what, is, should) in table {
            assert_eq!(is, should, "{what}");
        }
    }

    #[test]
    fn who_leads_no_office_that_receives_changes_places_on_behalf() {
        let scope = |sender, receiver, receiver_has_members| FlowScope {
            flow: FlowId(Uuid::from_u128(1)),
            sender: institution(sender),
            receiver: institution(receiver),
            sender_has_members: true,
            receiver_has_members,
        };
        let lead = member(Role::Lead, 1, 4);
        let to_nobody = scope(1, 2, false);
        for (scopes, should) in [
            (vec![to_nobody.clone()], true),
            (vec![to_nobody, scope(3, 1, true)], false),
            (vec![scope(1, 3, true)], true),
        ] {
            assert_eq!(SetSeats(&scopes).is_on_behalf(&lead), should, "{scopes:?}");
        }
    }

    #[test]
    fn each_is_on_one_side() {
        let flow = FlowScope {
            flow: FlowId(Uuid::from_u128(1)),
            sender: institution(1),
            receiver: institution(2),
            sender_has_members: true,
            receiver_has_members: true,
        };
        let student = Some(UserId(Uuid::from_u128(90)));
        let scope =
            NominationScope { id: NominationId(Uuid::from_u128(1)), flow, student, is_known_to_host: true };
        for (actor, side) in [
            (member(Role::Student, 1, 90), Some(Side::Student)),
            (member(Role::Student, 1, 91), None),
            (member(Role::Officer, 1, 3), Some(Side::Home)),
            (member(Role::Lead, 2, 6), Some(Side::Host)),
            (member(Role::Officer, 3, 7), None),
        ] {
            assert_eq!(scope.side(&actor), side, "{actor:?}");
        }
    }
}
