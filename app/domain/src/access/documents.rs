//! What one may want to do with the documents of an agreement.

use super::{
    Action, Actor, AgreementScope, EditAgreement, Office, ReadContent, ReadSummary, Role,
    actions::{administrator, own},
};
use crate::{
    document::DocumentVisibility,
    id::{DocumentId, InstitutionId},
};

/// What access rules need to know of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentScope {
    /// Which document: a permit is good for this one only.
    pub id: DocumentId,
    /// The agreement it belongs to.
    pub agreement: AgreementScope,
    /// Who may read it.
    pub visibility: DocumentVisibility,
    /// The office that added it; none where an administrator did.
    pub office: Option<InstitutionId>,
}

/// Read a document, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadDocument<'a>(pub &'a DocumentScope);

impl Action for ReadDocument<'_> {
    const NAME: &'static str = "read_document";

    fn office(&self, actor: &Actor) -> Option<Office> {
        let DocumentScope { agreement, visibility, office, .. } = self.0;
        match visibility {
            DocumentVisibility::Public => ReadSummary(agreement).office(actor),
            DocumentVisibility::Parties => ReadContent(agreement).office(actor),
            DocumentVisibility::Office => of_office(actor, agreement, *office, Role::Observer),
        }
    }
}

/// Add a document to an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddDocument<'a>(pub &'a AgreementScope);

impl Action for AddDocument<'_> {
    const NAME: &'static str = "add_document";

    fn office(&self, actor: &Actor) -> Option<Office> {
        EditAgreement(self.0).office(actor)
    }
}

/// Change what is said of a document, who may read it and where it is: the office that added it, or an administrator.
/// The other parties read it as it is: nobody publishes what another office brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditDocument<'a>(pub &'a DocumentScope);

impl Action for EditDocument<'_> {
    const NAME: &'static str = "edit_document";

    fn office(&self, actor: &Actor) -> Option<Office> {
        of_office(actor, &self.0.agreement, self.0.office, Role::Officer)
    }
}

/// Remove a document: the office that added it, or an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveDocument<'a>(pub &'a DocumentScope);

impl Action for RemoveDocument<'_> {
    const NAME: &'static str = "remove_document";

    fn office(&self, actor: &Actor) -> Option<Office> {
        EditDocument(self.0).office(actor)
    }
}

/// The office that added something to an agreement, as long as the agreement is its own, or an administrator.
pub(super) fn of_office(
    actor: &Actor,
    agreement: &AgreementScope,
    office: Option<InstitutionId>,
    least: Role,
) -> Option<Office> {
    ReadContent(agreement).office(actor)?;
    let office: Vec<_> = office.into_iter().collect();
    own(actor, &office, least).or_else(|| administrator(actor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::{Membership, Person},
        id::{AgreementId, UserId},
    };
    use DocumentVisibility::{Office, Parties, Public};
    use uuid::Uuid;

    fn office(number: u128) -> InstitutionId {
        InstitutionId(Uuid::from_u128(number))
    }

    fn person(role: Role, of: InstitutionId) -> Actor {
        let membership = Membership { institution: of, role, covers: vec![of] };
        Actor::Person(Person {
            id: UserId(Uuid::from_u128(9)),
            name: "Camille".into(),
            is_administrator: false,
            memberships: vec![membership],
        })
    }

    #[test]
    fn each_visibility_has_its_readers_and_only_the_office_that_added_it_changes_or_removes_a_document() {
        let actors = [
            Actor::Visitor,
            person(Role::Observer, office(1)),
            person(Role::Officer, office(1)),
            person(Role::Observer, office(2)),
            person(Role::Officer, office(2)),
            person(Role::Lead, office(3)),
            Actor::Operator,
        ];
        let ask = |visibility,
                   is_published,
                   added_by: Option<InstitutionId>,
                   may: fn(&DocumentScope, &Actor) -> bool| {
            let agreement = AgreementScope {
                id: AgreementId(Uuid::from_u128(5)),
                owner: Some(office(1)),
                parties: vec![office(1), office(2)],
                is_shared: true,
                is_published,
            };
            let id = DocumentId(Uuid::from_u128(6));
            let scope = DocumentScope { id, agreement, visibility, office: added_by };
            actors.iter().map(|actor| if may(&scope, actor) { 'y' } else { '-' }).collect::<String>()
        };
        let read = |scope: &DocumentScope, actor: &Actor| ReadDocument(scope).office(actor).is_some();
        let edit = |scope: &DocumentScope, actor: &Actor| EditDocument(scope).office(actor).is_some();
        let remove = |scope: &DocumentScope, actor: &Actor| RemoveDocument(scope).office(actor).is_some();
        let own = Some(office(1));
        assert_eq!(ask(Public, true, own, read), "yyyyyyy");
        assert_eq!(ask(Public, false, own, read), "-yyyy-y", "what is not published is for its parties");
        assert_eq!(ask(Parties, true, own, read), "-yyyy-y");
        assert_eq!(ask(Office, true, own, read), "-yy---y");
        for visibility in [Public, Parties, Office] {
            assert_eq!(ask(visibility, true, own, edit), "--y---y");
            assert_eq!(ask(visibility, true, own, remove), "--y---y");
            assert_eq!(ask(visibility, true, None, edit), "------y", "what an administrator added");
        }
    }
}
