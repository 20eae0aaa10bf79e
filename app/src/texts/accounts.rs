//! Signing in, one's own account, one-time links, members of an office.

use super::{Texts, of};
use chrono::{DateTime, Utc};
use domain::{access::Role, account::TokenScope, lang::Lang};

texts! {
    sign_in_lead: "Avec l’adresse et le mot de passe de votre compte.", "With the address and password of your account.";
    sign_in_help: "Pas de compte, ou mot de passe oublié ? Demandez un lien au responsable de votre service ou à l’administrateur du registre.",
        "No account, or password forgotten? Ask the lead of your office or the registry’s administrator for a link.";
    signed_in_already(name: &str): ("Vous êtes connecté : {name}."), ("You are signed in: {name}.");
    wrong_credentials: "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez l’une et l’autre.",
        "This address and this password do not go together. Check both.";
    field_email: "Adresse électronique", "E-mail address";
    field_password: "Mot de passe", "Password";
    field_name: "Nom", "Name";
    field_name_help: "Celui que les autres verront.", "The one others will see.";
    field_new_password: "Nouveau mot de passe", "New password";
    field_new_password_help: "De 8 à 128 caractères. Quelques mots sans lien entre eux conviennent bien.",
        "8 to 128 characters. A few unrelated words do well.";
    field_password_again: "Le même mot de passe, encore une fois", "The same password, once more";
    field_current_password: "Mot de passe actuel", "Present password";
    field_role: "Rôle", "Role";
    field_language: "Langue", "Language";
    account_lead: "Ce que le registre sait de vous, et par où vous y entrez.", "What the registry knows of you, and how you enter it.";
    section_profile: "Profil", "Profile";
    section_password: "Mot de passe", "Password";
    section_sessions: "Sessions", "Sessions";
    section_tokens: "Jetons personnels", "Personal tokens";
    fact_offices: "Services", "Offices";
    fact_administrator: "Administrateur du registre", "Administrator of the registry";
    no_office: "Vous n’appartenez à aucun service.", "You belong to no office.";
    save_language: "Changer la langue", "Change the language";
    change_password: "Changer le mot de passe", "Change the password";
    change_password_help: "Vos autres sessions prendront fin.", "Your other sessions will end.";
    done_password_changed: "Le mot de passe est changé ; vos autres sessions ont pris fin.", "The password is changed; your other sessions have ended.";
    sessions_lead: "Là où vous êtes connecté. Mettez fin à celles que vous ne reconnaissez pas.",
        "Where you are signed in. End those you do not recognise.";
    column_browser: "Navigateur", "Browser";
    column_signed_in: "Connexion", "Signed in";
    column_seen: "Vue", "Seen";
    column_act: "Action", "Action";
    this_session: "celle-ci", "this one";
    unknown_browser: "Navigateur inconnu", "Unknown browser";
    browser_on(browser: &str, system: &str): ("{browser} sur {system}"), ("{browser} on {system}");
    end_session: "Mettre fin", "End";
    end_session_of(what: &str): ("Mettre fin à la session : {what}"), ("End the session: {what}");
    end_other_sessions: "Mettre fin à toutes les autres", "End all others";
    done_session_ended: "C’est fait : ces sessions ont pris fin.", "Done: these sessions have ended.";
    tokens_lead: "Un jeton permet à un programme d’agir en votre nom par l’interface REST. Seule son empreinte est gardée.",
        "A token lets a program act in your name through the REST interface. Only its hash is kept.";
    no_token: "Vous n’avez aucun jeton.", "You have no token.";
    new_token: "Créer un jeton", "Create a token";
    token_name: "À quoi sert-il ?", "What is it for?";
    token_name_help: "Par exemple « Export du lundi ».", "For example “Monday export”.";
    token_scope: "Ce qu’il permet", "What it may do";
    token_days: "Durée", "Duration";
    days(count: u32): ("{count} jours"), ("{count} days");
    column_token: "Jeton", "Token";
    column_scope: "Permet", "May";
    column_expires: "Fin", "Ends";
    column_used: "Dernier usage", "Last used";
    never_used: "jamais", "never";
    is_over: "terminé", "over";
    revoke: "Révoquer", "Revoke";
    revoke_token_of(name: &str): ("Révoquer le jeton « {name} »"), ("Revoke the token “{name}”");
    done_token_revoked: "Le jeton est révoqué : il n’ouvre plus rien.", "The token is revoked: it opens nothing any more.";
    token_once_title: "Voici votre jeton : copiez-le maintenant", "Here is your token: copy it now";
    once_body: "Il ne sera plus jamais montré.", "It will never be shown again.";
    members: "Membres", "Members";
    members_of(name: &str): ("Membres : {name}"), ("Members: {name}");
    members_lead: "Qui agit au nom de cet établissement.", "Who acts in the name of this institution.";
    no_member_title: "Personne n’appartient encore à ce service", "Nobody belongs to this office yet";
    no_member_text: "Invitez quelqu’un : le premier responsable pourra inviter les autres.", "Invite someone: the first lead can invite the others.";
    column_person: "Personne", "Person";
    column_role: "Rôle", "Role";
    column_since: "Depuis", "Since";
    is_you: "vous", "you";
    is_disabled: "désactivé", "disabled";
    set_role: "Changer", "Change";
    set_role_of(name: &str): ("Rôle {}", of(name)), ("Role of {name}");
    change_role_of(name: &str): ("Changer le rôle {}", of(name)), ("Change the role of {name}");
    remove: "Retirer", "Remove";
    remove_warning(name: &str): ("{name} ne verra plus rien de ce service. Pour revenir, il faut une nouvelle invitation."), ("{name} will see nothing of this office any more. To come back takes a new invitation.");
    remove_member_of(name: &str): ("Retirer {name} du service"), ("Remove {name} from the office");
    last_lead: "Un service garde au moins un responsable. Nommez-en un autre d’abord, ou demandez à l’administrateur.",
        "An office keeps at least one lead. Name another one first, or ask the administrator.";
    done_role_set: "Le rôle est changé.", "The role is changed.";
    done_removed: "La personne ne fait plus partie du service.", "The person no longer belongs to the office.";
    section_invitations: "Invitations en attente", "Open invitations";
    section_invite: "Inviter", "Invite";
    invite: "Créer l’invitation", "Create the invitation";
    invite_lead: "Vous obtiendrez un lien à remettre vous-même à la personne : le registre ne l’envoie pas. Il sert une fois et vaut 72 heures.",
        "You will get a link to hand to the person yourself: the registry does not send it. It works once and for 72 hours.";
    link_once_title: "Voici le lien : remettez-le à la personne", "Here is the link: hand it to the person";
    link_once_body: "Il ne sera plus jamais montré, et le registre ne l’envoie pas. Qui le détient entre dans le service : transmettez-le en privé.",
        "It will never be shown again, and the registry does not send it. Whoever holds it enters the office: pass it on in private.";
    link_label: "Lien d’invitation", "Invitation link";
    token_label: "Jeton", "Token";
    no_invitation: "Aucune invitation en attente.", "No open invitation.";
    column_invited: "Invité", "Invited";
    revoke_invitation_of(email: &str): ("Révoquer l’invitation de {email}"), ("Revoke the invitation of {email}");
    done_revoked: "L’invitation est révoquée : son lien n’ouvre plus rien.", "The invitation is revoked: its link opens nothing any more.";
    link_administrator_title: "Bienvenue : créez le compte administrateur", "Welcome: create the administrator account";
    link_administrator_lead: "Ce registre n’a pas encore d’administrateur. Ce lien sert une seule fois.",
        "This registry has no administrator yet. This link works once.";
    link_invitation_title(institution: &str): ("Invitation : {institution}"), ("Invitation: {institution}");
    link_invitation_lead(institution: &str, role: &str): ("Vous êtes invité à rejoindre le service de « {institution} », comme {role}."),
        ("You are invited to join the office of “{institution}”, as {role}.");
    link_password_title: "Choisissez votre mot de passe", "Choose your password";
    link_password_lead(name: &str, email: &str): ("{name}, vous vous connecterez avec l’adresse {email}."),
        ("{name}, you will sign in with the address {email}.");
    link_over_title: "Ce lien n’est plus valable", "This link is no longer valid";
    link_over_body: "Il a déjà servi, a expiré, ou a été remplacé. Demandez-en un nouveau à qui vous l’a remis ; si vous avez déjà un compte, connectez-vous.",
        "It was used, has expired, or was replaced. Ask whoever gave it to you for a new one; if you have an account already, sign in.";
    link_sign_in(email: &str): ("Un compte existe avec l’adresse {email}. Connectez-vous pour accepter."),
        ("There is an account with the address {email}. Sign in to accept.");
    link_sign_out(email: &str): ("Cette invitation est pour {email}, et vous êtes connecté avec une autre adresse. Déconnectez-vous, puis rouvrez le lien."),
        ("This invitation is for {email}, and you are signed in with another address. Sign out, then open the link again.");
    create_account: "Créer le compte", "Create the account";
    accept_invitation: "Accepter l’invitation", "Accept the invitation";
    set_password: "Enregistrer le mot de passe", "Save the password";
}

impl Texts {
    /// An instant, to the minute, in UTC.
    pub fn moment(self, at: DateTime<Utc>) -> String {
        let pattern = match self.lang() {
            Lang::Fr => "%d/%m/%Y %H:%M UTC",
            Lang::En => "%d %b %Y, %H:%M UTC",
        };
        at.format(pattern).to_string()
    }

    /// What a role may do, in one sentence.
    pub const fn role_help(self, role: Role) -> &'static str {
        match (role, self.lang()) {
            (Role::Student, Lang::Fr) => "consulte et suit sa mobilité",
            (Role::Student, Lang::En) => "browses and follows the own mobility",
            (Role::Observer, Lang::Fr) => "lit et exporte",
            (Role::Observer, Lang::En) => "reads and exports",
            (Role::Officer, Lang::Fr) => "crée et modifie les accords",
            (Role::Officer, Lang::En) => "creates and edits agreements",
            (Role::Lead, Lang::Fr) => "signe, approuve et invite",
            (Role::Lead, Lang::En) => "signs, approves and invites",
        }
    }

    /// What a token may do.
    pub const fn token_may(self, scope: TokenScope) -> &'static str {
        match (scope, self.lang()) {
            (TokenScope::Read, Lang::Fr) => "lire",
            (TokenScope::Read, Lang::En) => "read",
            (TokenScope::Write, Lang::Fr) => "lire et écrire",
            (TokenScope::Write, Lang::En) => "read and write",
        }
    }

    /// A browser by what it calls itself: its name and the system, as far as they can be told.
    pub fn browser(self, agent: &str) -> String {
        let known = |names: &[(&str, &'static str)]| {
            names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
        };
        let browser = known(&[
            ("Firefox/", "Firefox"),
            ("Edg/", "Edge"),
            ("OPR/", "Opera"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ]);
        let system = known(&[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS X", "macOS"),
            ("Linux", "Linux"),
        ]);
        match (browser, system) {
            (Some(browser), Some(system)) => self.browser_on(browser, system),
            (Some(name), None) | (None, Some(name)) => name.to_owned(),
            (None, None) if agent.is_empty() => self.unknown_browser().to_owned(),
            (None, None) => agent.chars().take(60).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_as_people_name_it() {
        let t = Texts(Lang::En);
        for (agent, name) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.0", "curl/8.0"),
            ("", "Unknown browser"),
        ] {
            assert_eq!(t.browser(agent), name);
        }
    }
}
