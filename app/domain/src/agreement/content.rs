//! The content of a revision, and its hash.

use crate::{
    coded::coded,
    commitment::Commitment,
    flow::{Flow, Pool},
    id::{CommitmentId, FlowId, InstitutionId, PoolId},
    isced::IscedField,
    multilingual::Multilingual,
    partial_date::StatedDate,
    text::{LongText, Text},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// Longest title, in graphemes.
pub const TITLE_MAX: u32 = 200;
/// Longest reference code of a party, in graphemes.
pub const REFERENCE_MAX: u32 = 64;
/// Longest summary, in graphemes.
pub const SUMMARY_MAX: u32 = 2_000;
/// Longest text of the terms, in graphemes.
pub const LONG_TEXT_MAX: u32 = 20_000;
/// Most parties of one agreement.
pub const PARTIES_MAX: u32 = 50;

coded! {
    /// What kind of agreement it is.
    AgreementKind {
        /// A declaration of intent.
        DeclarationOfIntent = "declaration_of_intent",
        /// A memorandum or framework convention.
        Framework = "framework",
        /// An exchange of students.
        StudentExchange = "student_exchange",
        /// An exchange of staff.
        StaffExchange = "staff_exchange",
        /// Two diplomas for one path.
        DoubleDegree = "double_degree",
        /// One diploma of several institutions.
        JointDegree = "joint_degree",
        /// A journey of learning.
        LearningTrip = "learning_trip",
        /// Research together.
        Research = "research",
        /// A consortium or network.
        Network = "network",
    }
}

coded! {
    /// What a party is in the agreement.
    PartyRole {
        /// Signs.
        Signatory = "signatory",
        /// Signs, and coordinates.
        Coordinator = "coordinator",
        /// Takes part without signing.
        Associate = "associate",
    }
}

impl PartyRole {
    /// Whether this party's signature is needed.
    pub const fn signs(self) -> bool {
        matches!(self, Self::Signatory | Self::Coordinator)
    }
}

/// A party, as the agreement names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The institution, or the unit of one.
    pub institution: InstitutionId,
    /// What it is in the agreement.
    pub role: PartyRole,
    /// The party's own code for the agreement.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reference: Option<Text<REFERENCE_MAX>>,
}

/// How an agreement goes on after its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Renewal {
    /// It ends.
    None,
    /// By a new agreement of the parties.
    ByAgreement,
    /// By itself, for this many months each time.
    Tacit {
        /// Months of each renewal, 1 to 240.
        months: u16,
    },
}

/// From when to when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day; a year or a month counts from its first day. None: from the last signature.
    pub starts: Option<StatedDate>,
    /// Last day; a year or a month counts to its last day. None: not said, or open-ended.
    pub ends: Option<StatedDate>,
    /// Whether the agreement says that it has no end.
    pub is_open_ended: bool,
    /// Months of notice to end it.
    pub notice_months: Option<u16>,
    /// What happens at the end.
    pub renewal: Renewal,
}

/// What a revision fixes. The hash bears on exactly this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What kind of agreement.
    pub kind: AgreementKind,
    /// Its title by language.
    pub title: Multilingual<Text<TITLE_MAX>>,
    /// The parties, in the order of the agreement.
    pub parties: Vec<Party>,
    /// The period, notice and renewal.
    pub period: Period,
    /// A summary for everyone, by language.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub summary: Option<Multilingual<LongText<SUMMARY_MAX>>>,
    /// What was agreed, by language.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub terms: Option<Multilingual<LongText<LONG_TEXT_MAX>>>,
    /// Fields of study, ISCED-F 2013.
    pub fields: Vec<IscedField>,
    /// What it promises. Where it promises nothing the text that is hashed says nothing of it, as before there were commitments.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub commitments: Vec<Commitment>,
    /// Which places it opens, from whom to whom. As commitments, they are only said where there are some.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub flows: Vec<Flow>,
    /// Places that several of its flows share.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub pools: Vec<Pool>,
}

impl Content {
    /// The text the hash is made of: JSON, fields in the order of this type, languages sorted, no white space.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// SHA-256 of the canonical text.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(&self.canonical())
    }

    /// A commitment by its id.
    pub fn commitment(&self, id: CommitmentId) -> Option<&Commitment> {
        self.commitments.iter().find(|commitment| commitment.id == id)
    }

    /// The parties that answer for a commitment: its owner, or all of them.
    pub fn answerable(&self) -> impl Iterator<Item = InstitutionId> {
        let parties = self.parties.iter().map(|party| party.institution);
        parties.filter(|party| self.commitments.iter().any(|commitment| commitment.is_of(*party)))
    }

    /// A flow by its id.
    pub fn flow(&self, id: FlowId) -> Option<&Flow> {
        self.flows.iter().find(|flow| flow.id == id)
    }

    /// A pool by its id.
    pub fn pool(&self, id: PoolId) -> Option<&Pool> {
        self.pools.iter().find(|pool| pool.id == id)
    }

    /// The parties whose signature is needed.
    pub fn signatories(&self) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(|party| party.role.signs())
    }
}

/// SHA-256 of a revision's canonical content: 64 lowercase hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(String);

impl ContentHash {
    /// The hash of a canonical text.
    pub fn of(canonical: &str) -> Self {
        use fmt::Write as _;
        let digest = Sha256::digest(canonical.as_bytes());
        let mut hex = String::with_capacity(64);
        for byte in digest {
            let _ = write!(hex, "{byte:02x}");
        }
        Self(hex)
    }

    /// A hash as it was stored; `None` when it is no SHA-256.
    pub fn stored(hex: &str) -> Option<Self> {
        let is_hex = hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        (hex.len() == 64 && is_hex).then(|| Self(hex.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
