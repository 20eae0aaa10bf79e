//! The audit trail.

use super::Texts;

texts! {
    audit_lead: "Chaque écriture : qui, au nom de quel service, quoi, quand, d’où.", "Every write: who, in which office’s name, what, when, from where.";
    audit_when: "Quand (UTC)", "When (UTC)";
    audit_who: "Qui", "Who";
    audit_office: "Au nom de", "On behalf of";
    audit_what: "Quoi", "What";
    audit_subject: "Sur quoi", "To what";
    audit_change: "Changement", "Change";
    audit_from: "Depuis", "From";
    audit_before: "Avant", "Before";
    audit_after: "Après", "After";
    audit_show: "Voir", "Show";
    audit_empty: "Aucune écriture pour l’instant.", "No write yet.";
    audit_operator: "ligne de commande", "command line";
}

/// What each word of the trail says was done.
const ACTIONS: &[(&str, &str, &str)] = &[
    ("sign_in", "connexion", "signed in"),
    ("fail_to_sign_in", "connexion refusée", "failed to sign in"),
    ("end_session", "déconnexion", "ended a session"),
    ("end_other_sessions", "autres sessions fermées", "ended other sessions"),
    ("end_all_sessions", "toutes les sessions fermées", "ended all sessions"),
    ("create_account", "compte créé", "created an account"),
    ("disable_account", "compte désactivé", "disabled an account"),
    ("set_password", "mot de passe choisi", "set a password"),
    ("set_language", "langue choisie", "set a language"),
    ("set_wants_mail", "rappels par courriel réglés", "set reminders by mail"),
    ("create_link", "lien d’invitation créé", "created an invitation link"),
    ("revoke_invitation", "invitation révoquée", "revoked an invitation"),
    ("create_token", "jeton créé", "created a token"),
    ("revoke_token", "jeton révoqué", "revoked a token"),
    ("set_member_role", "rôle changé", "changed a role"),
    ("remove_member", "membre retiré", "removed a member"),
    ("create_institution", "établissement créé", "created an institution"),
    ("edit_institution", "établissement modifié", "changed an institution"),
    ("merge_institutions", "établissements réunis", "merged institutions"),
    ("create_agreement", "accord consigné", "logged an agreement"),
    ("load_agreement", "accord repris", "took in an agreement"),
    ("import_agreement", "accord importé", "imported an agreement"),
    ("edit_agreement", "accord modifié", "changed an agreement"),
    ("delete_draft", "brouillon supprimé", "deleted a draft"),
    ("share_agreement", "accord partagé", "shared an agreement"),
    ("publish_agreement", "accord publié", "published an agreement"),
    (
        "withdraw_agreement",
        "accord retiré du registre public",
        "took an agreement out of the public registry",
    ),
    ("approve_agreement", "version approuvée", "approved a revision"),
    ("withdraw_approval", "approbation retirée", "took an approval back"),
    ("revert_agreement", "version abandonnée", "dropped a revision"),
    ("comment_agreement", "commentaire", "commented"),
    ("sign_agreement", "signature consignée", "recorded a signature"),
    ("tell_ending", "autres parties informées de la fin", "told the other parties of the end"),
    ("terminate_agreement", "dénonciation consignée", "recorded a termination"),
    ("withdraw_termination", "dénonciation retirée", "took a termination back"),
    ("renew_agreement", "accord renouvelé", "renewed an agreement"),
    ("renew_agreements", "accords renouvelés en une fois", "renewed agreements at once"),
    ("replace_agreement", "accord remplacé", "replaced an agreement"),
    ("keep_agreement", "remplacement retiré", "took a replacement back"),
    ("add_document", "document ajouté", "added a document"),
    ("edit_document", "document modifié", "changed a document"),
    ("remove_document", "document retiré", "removed a document"),
    ("note_observation", "observation notée", "noted an observation"),
    ("withdraw_observation", "observation retirée", "withdrew an observation"),
    ("tag_agreements", "étiquette posée", "put a tag on agreements"),
    ("untag_agreements", "étiquette retirée", "took a tag off agreements"),
    ("keep_view", "vue gardée", "kept a view"),
    ("forget_view", "vue oubliée", "forgot a view"),
    ("import_institutions", "liste d’établissements importée", "imported a list of institutions"),
    ("import_agreements", "liste d’accords importée", "imported a list of agreements"),
    ("undo_import", "import défait", "undid an import"),
    ("deal_with_inbox", "point traité ou rouvert", "dealt with a thing, or reopened it"),
    ("remind", "rappel noté", "noted a reminder"),
    ("note_gap", "lacune notée", "noted a gap"),
    ("renew_feed", "adresse de calendrier créée", "made a calendar address"),
    ("revoke_feed", "adresse de calendrier révoquée", "revoked a calendar address"),
    ("create_student", "personne nommée enregistrée", "recorded a nominee"),
    ("edit_student", "données d’une personne nommée modifiées", "changed a nominee’s details"),
    ("nominate", "personne nommée ou mise en attente", "nominated someone, or put them in line"),
    ("nominate_again", "nomination corrigée", "nominated someone again"),
    ("queue_nomination", "nomination corrigée, mise en attente", "put a corrected nomination in line"),
    ("offer_place", "place offerte", "offered a place"),
    ("take_offer", "offre acceptée", "took an offer"),
    ("decline_offer", "offre déclinée", "declined an offer"),
    ("lapse_offer", "offre expirée", "let an offer lapse"),
    ("accept_nomination", "nomination acceptée", "accepted a nomination"),
    ("reject_nomination", "nomination refusée", "rejected a nomination"),
    ("confirm_nomination", "place confirmée", "confirmed a place"),
    ("withdraw_nomination", "nomination retirée", "withdrew a nomination"),
    ("complete_nomination", "séjour terminé", "completed a stay"),
    ("adjust_seats", "places ajoutées ou retirées", "added or took away places"),
    ("override_seats", "places au-delà du plafond", "opened places beyond the cap"),
    ("close_seat_year", "année close", "closed a year"),
    ("set_opening_balance", "solde de départ noté", "set an opening balance"),
    ("retry_mail", "courriels renvoyés", "sent mail again"),
];

/// What it was done to.
const SUBJECTS: &[(&str, &str, &str)] = &[
    ("account", "compte", "account"),
    ("agreement", "accord", "agreement"),
    ("flow", "flux de mobilité", "mobility flow"),
    ("import", "import", "import"),
    ("institution", "établissement", "institution"),
    ("mass_renewal", "renouvellement", "renewal"),
    ("nomination", "nomination", "nomination"),
    ("office", "service", "office"),
    ("pool", "contingent partagé", "shared pool"),
    ("student", "étudiant", "student"),
    ("token", "jeton", "token"),
    ("view", "vue", "view"),
];

impl Texts {
    /// What was done, in words; the word of the trail itself where there are none.
    pub fn audit_action(self, code: &str) -> String {
        self.said(ACTIONS, code)
    }

    /// To what kind of thing.
    pub fn audit_kind(self, code: &str) -> String {
        self.said(SUBJECTS, code)
    }

    fn said(self, words: &[(&str, &'static str, &'static str)], code: &str) -> String {
        let found = words.iter().find(|(known, ..)| *known == code);
        found.map_or(code, |(_, fr, en)| self.of(fr, en)).to_owned()
    }
}
