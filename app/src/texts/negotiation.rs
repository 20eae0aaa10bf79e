//! Negotiation: revisions side by side, approvals, comments, who is awaited.

use super::of;

use domain::agreement::{Awaited, Settled};

texts! {
    revision_title(number: i64): ("Version {number}"), ("Revision {number}");
    revision_read: "Lire et comparer", "Read and compare";
    revision_dropped: "abandonnée", "dropped";
    revision_compare: "Comparer avec", "Compare with";
    revision_alone: "C’est la première version : il n’y a rien à comparer.", "This is the first revision: there is nothing to compare it with.";
    revision_same: "Les deux versions disent la même chose.", "Both revisions say the same.";
    revision_content: "Ce que dit cette version", "What this revision says";
    revision_changes(from: i64, to: i64): ("De la version {from} à la version {to}"), ("From revision {from} to revision {to}");
    revision_is_dropped: "Cette version a été abandonnée pour la précédente ; elle reste lisible.",
        "This revision was dropped for the one before; it can still be read.";
    revision_is_not_latest(number: i64): ("La dernière version est la version {number}."), ("The latest revision is revision {number}.");

    approvals: "Approbations", "Approvals";
    revision_what_changes: "Ce qui change", "What changes";
    signed_unapproved: "Signé, sans approbation consignée ici", "Signed, with no approval recorded here";
    not_approved: "Pas encore approuvé", "Not approved yet";
    approval_of_leaving: "Ne serait plus partie : son accord est nécessaire.", "Would be no party any more: its approval is needed.";
    revision_needs(ruling: i64, needed: &str): ("Elle ne prend la place de la version {ruling} qu’avec {needed}."),
        ("It takes the place of revision {ruling} only with {needed}.");
    needed_approval(who: &str): ("l’approbation {}", of(who)), ("the approval of {who}");
    needed_signature(who: &str): ("la signature {}", of(who)), ("the signature of {who}");
    approve_lead: "L’approbation porte sur le texte de cette version, tel que vous venez de le lire. Il ne changera plus.",
        "An approval bears on the text of this revision, as you have just read it. It cannot change any more.";
    approve_this(who: &str): ("{who} approuve cette version"), ("{who} approves this revision");
    approve_choose: "Cochez au moins une partie.", "Tick at least one party.";
    do_approve: "Approuver", "Approve";
    do_read_to_approve: "Lire pour approuver", "Read to approve";
    do_take_back: "Revenir sur l’approbation", "Take the approval back";
    do_revert(number: i64): ("Abandonner cette version, revenir à la version {number}"), ("Drop this revision, return to revision {number}");
    done_approved: "L’approbation est consignée.", "The approval is recorded.";
    done_taken_back: "L’approbation est retirée.", "The approval is taken back.";
    done_reverted: "La version est abandonnée : la précédente reste.", "The revision is dropped: the one before remains.";
    done_commented: "Le commentaire est envoyé aux parties.", "The comment is sent to the parties.";
    content_changed: "Le contenu a changé pendant votre lecture : rien n’a été consigné. Relisez la dernière version.",
        "The content changed while you read: nothing was recorded. Read the latest revision.";
    rest_content_changed_title: "Le contenu a changé entre-temps", "The content has changed in the meantime";

    comments: "Commentaires", "Comments";
    comments_for_parties: "Lus par les services des parties seulement.", "Read by the parties’ offices only.";
    comment_write: "Votre commentaire sur cette version", "Your comment on this revision";
    do_comment: "Envoyer", "Send";
    no_comment: "Aucun commentaire sur cette version.", "No comment on this revision.";

    awaiting_yours: "Attendus de votre service", "Awaited of your office";
    awaiting_mine: "Attend mon service", "Awaits my office";
    yes: "Oui", "Yes";
    form_propose: "Proposer cette modification", "Propose this modification";
    form_propose_lead: "Cette version est partagée : enregistrer en propose une nouvelle aux autres parties, l’ancienne reste lisible.",
        "This revision is shared: saving proposes a new one to the other parties; the old one can still be read.";
}

impl super::Texts {
    /// Why an approval can no longer be withdrawn, or a document removed.
    pub const fn settled(self, why: Settled) -> &'static str {
        match why {
            Settled::ModificationBegan => self.settled_modification(),
            Settled::ApprovedByAll => self.settled_approved(),
            Settled::Dropped => self.settled_dropped(),
            Settled::Signed => self.settled_signed(),
            Settled::Attests => self.settled_attests(),
        }
    }

    /// What a revision needs of a party before it rules.
    pub fn needed(self, what: Awaited, who: &str) -> String {
        match what {
            Awaited::Approval => self.needed_approval(who),
            Awaited::Signature => self.needed_signature(who),
        }
    }

    /// What a party is waited for, and since when.
    pub fn awaited(self, what: Awaited, who: &str, since: &str) -> String {
        match what {
            Awaited::Approval => self.awaited_approval(who, since),
            Awaited::Signature => self.awaited_signature(who, since),
        }
    }
}

texts! {
    settled_modification: "Une modification a commencé : elle s’appuie sur cette version, dont les approbations restent.",
        "A modification has begun: it rests on this revision, whose approvals stay.";
    settled_approved: "Toutes les parties ont approuvé cette version : leurs approbations restent.",
        "All parties have approved this revision: their approvals stay.";
    settled_attests: "Ce document atteste une approbation, une signature ou une dénonciation : il reste, au même endroit et pour les mêmes lecteurs.",
        "This document attests to an approval, a signature or a termination: it stays, in the same place and for the same readers.";
    settled_dropped: "Cette version a été abandonnée : ses approbations restent, comme trace.",
        "This revision was dropped: its approvals stay, as a record.";
    settled_signed: "Cette version est signée : ses approbations restent.", "This revision is signed: its approvals stay.";
    revert_warning(number: i64): ("La version {number} reste lisible, mais n’est plus proposée : personne ne peut plus l’approuver."), ("Revision {number} stays readable, but is proposed no more: nobody can approve it any more.");
    awaited_approval(who: &str, since: &str): ("L’approbation {}, depuis le {since}", of(who)), ("The approval of {who}, since {since}");
    awaited_signature(who: &str, since: &str): ("La signature {}, depuis le {since}", of(who)), ("The signature of {who}, since {since}");
}
