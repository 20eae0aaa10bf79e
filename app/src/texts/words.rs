//! The words of the domain: kinds, roles, standings.

use super::Texts;
use domain::{
    access::Role,
    agreement::{AgreementKind, PartyRole, Standing, StandingChoice},
    identifier::IdentifierKind,
    institution::InstitutionKind,
    lang::Lang,
};

impl Texts {
    pub(super) const fn of(self, fr: &'static str, en: &'static str) -> &'static str {
        match self.0 {
            Lang::Fr => fr,
            Lang::En => en,
        }
    }

    /// A kind of institution.
    pub const fn institution_kind(self, kind: InstitutionKind) -> &'static str {
        match kind {
            InstitutionKind::University => self.of("Université", "University"),
            InstitutionKind::GrandeEcole => self.of("Grande école", "Grande école"),
            InstitutionKind::School => self.of("École", "School"),
            InstitutionKind::Unit => self.of("Composante", "Unit"),
            InstitutionKind::Network => self.of("Réseau", "Network"),
            InstitutionKind::Group => self.of("Groupe d’enseignement", "Education group"),
            InstitutionKind::ResearchBody => self.of("Organisme de recherche", "Research body"),
            InstitutionKind::PublicAuthority => {
                self.of("Collectivité ou autorité publique", "Public authority")
            }
            InstitutionKind::StateCorps => self.of("Corps de l’État", "State corps"),
            InstitutionKind::Agency => self.of("Agence", "Agency"),
            InstitutionKind::Company => self.of("Entreprise", "Company"),
            InstitutionKind::Association => self.of("Association", "Association"),
        }
    }

    /// What a list of agreements is asked for.
    pub const fn standing_choice(self, choice: StandingChoice) -> &'static str {
        match choice {
            StandingChoice::Binding => self.standing_binding(),
            StandingChoice::NotOver => self.standing_not_over(),
            StandingChoice::Only(standing) => self.standing(standing),
        }
    }

    /// A kind of agreement.
    pub const fn agreement_kind(self, kind: AgreementKind) -> &'static str {
        match kind {
            AgreementKind::DeclarationOfIntent => self.of("Déclaration d’intention", "Declaration of intent"),
            AgreementKind::Framework => self.of("Convention-cadre", "Framework agreement"),
            AgreementKind::StudentExchange => self.of("Échange d’étudiants", "Student exchange"),
            AgreementKind::StaffExchange => self.of("Échange de personnel", "Staff exchange"),
            AgreementKind::DoubleDegree => self.of("Double diplôme", "Double degree"),
            AgreementKind::JointDegree => self.of("Diplôme conjoint", "Joint degree"),
            AgreementKind::LearningTrip => self.of("Voyage d’apprentissage", "Learning trip"),
            AgreementKind::Research => self.of("Recherche", "Research"),
            AgreementKind::Network => self.of("Consortium ou réseau", "Consortium or network"),
        }
    }

    /// What a party is.
    pub const fn party_role(self, role: PartyRole) -> &'static str {
        match role {
            PartyRole::Signatory => self.of("Signataire", "Signatory"),
            PartyRole::Coordinator => self.of("Coordinateur", "Coordinator"),
            PartyRole::Associate => self.of("Associé", "Associate"),
        }
    }

    /// What an agreement is on a day.
    pub const fn standing(self, standing: Standing) -> &'static str {
        match standing {
            Standing::Draft => self.of("Brouillon", "Draft"),
            Standing::InNegotiation => self.of("En négociation", "In negotiation"),
            Standing::Approved => self.of("Approuvé", "Approved"),
            Standing::Signed => self.of("Signé", "Signed"),
            Standing::InForce => self.of("En vigueur", "In force"),
            Standing::EndingSoon => self.of("Bientôt échu", "Ending soon"),
            Standing::Expired => self.of("Échu", "Expired"),
            Standing::Terminated => self.of("Résilié", "Terminated"),
            Standing::Renewed => self.of("Renouvelé", "Renewed"),
        }
    }

    /// What a person is in an office.
    pub const fn role(self, role: Role) -> &'static str {
        match role {
            Role::Student => self.of("Étudiant", "Student"),
            Role::Observer => self.of("Observateur", "Observer"),
            Role::Officer => self.of("Gestionnaire", "Officer"),
            Role::Lead => self.of("Responsable", "Lead"),
        }
    }

    /// A kind of identifier.
    pub const fn identifier_kind(self, kind: IdentifierKind) -> &'static str {
        match kind {
            IdentifierKind::HeiId => self.of("Identifiant SCHAC", "SCHAC / HEI id"),
            IdentifierKind::Erasmus => self.of("Code Erasmus", "Erasmus code"),
            IdentifierKind::Pic => self.of("PIC", "PIC"),
            IdentifierKind::Oid => self.of("OID", "OID"),
            IdentifierKind::Ror => self.of("ROR", "ROR"),
        }
    }
}
