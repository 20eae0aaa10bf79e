//! The frame of every page, and the pages that say what went wrong.

texts! {
    name: "Entente", "Entente";
    tagline: "Le registre des partenariats académiques", "The registry of academic partnerships";
    skip_to_content: "Aller au contenu", "Skip to content";
    main_navigation: "Navigation principale", "Main navigation";
    menu: "Menu", "Menu";
    home: "Accueil", "Home";
    agreements: "Accords", "Agreements";
    institutions: "Établissements", "Institutions";
    exchanges: "Échanges", "Exchanges";
    audit: "Journal", "Audit trail";
    account: "Mon compte", "My account";
    sign_in: "Se connecter", "Sign in";
    sign_out: "Se déconnecter", "Sign out";
    search: "Rechercher", "Search";
    search_registry: "Chercher dans tout le registre", "Search the whole registry";
    search_hint: "Un accord, un établissement…", "An agreement, an institution…";
    other_language: "English", "Français";
    theme: "Apparence", "Appearance";
    theme_auto: "Automatique", "Automatic";
    theme_light: "Claire", "Light";
    theme_dark: "Sombre", "Dark";
    demo_banner: "Registre de démonstration : les faits viennent de textes publics, les comptes sont inventés.",
        "Demonstration registry: the facts come from public texts, the accounts are invented.";
    synthetic_mark: "Données fictives", "Made-up data";
    to_confirm: "à confirmer", "to confirm";
    required: "obligatoire", "required";
    error_title: "Il y a un problème", "There is a problem";
    save: "Enregistrer", "Save";
    cancel: "Annuler", "Cancel";
    edit: "Modifier", "Edit";
    delete: "Supprimer", "Delete";
    none: "Aucun", "None";
    next_page: "Page suivante", "Next page";
    first_page: "Première page", "First page";
    filters: "Filtrer", "Filter";
    apply: "Appliquer", "Apply";
    remove_filter(what: &str): ("Retirer le filtre « {what} »"), ("Remove the filter “{what}”");
    clear_filters: "Tout effacer", "Clear all";
    sort: "Trier", "Sort";
    all: "Tous", "All";
    footer_navigation: "Pied de page", "Footer";
    footer_api: "Interface REST", "REST interface";
    footer_about: "Un registre partagé des accords entre établissements.", "A shared registry of agreements between institutions.";
    not_found_title: "Cette page n’existe pas", "This page does not exist";
    not_found_body: "Elle a peut-être été retirée, ou vous n’y avez pas accès. Vérifiez l’adresse, ou repartez de l’accueil.",
        "It may have been removed, or you may not have access to it. Check the address, or start from the home page.";
    denied_title: "Vous n’avez pas accès à cette page", "You do not have access to this page";
    denied_body: "Votre rôle ne le permet pas. Demandez au responsable de votre service, ou revenez à l’accueil.",
        "Your role does not allow it. Ask the lead of your office, or go back to the home page.";
    failure_title: "Quelque chose s’est mal passé", "Something went wrong";
    failure_body(incident: &str): ("Rien n’a été enregistré. Réessayez ; si cela se répète, donnez ce numéro à l’administrateur : {incident}"),
        ("Nothing was saved. Try again; if it happens again, give this number to the administrator: {incident}");
    busy_title: "Le registre est momentanément indisponible", "The registry is unavailable for the moment";
    busy_body: "Réessayez dans quelques secondes : rien de ce qui était enregistré n’est perdu.",
        "Try again in a few seconds: nothing that was saved is lost.";
    full_title: "Le disque du registre est plein", "The disk of the registry is full";
    full_body: "On peut lire, mais plus rien enregistrer. Prévenez l’administrateur.",
        "You can read, but nothing can be saved. Tell the administrator.";
    too_large_title: "Votre envoi est trop grand", "What you sent is too large";
    too_large_body: "Un formulaire ne peut dépasser 1 Mo ni 2 000 champs. Revenez en arrière : votre saisie y est encore ; raccourcissez-la.",
        "A form cannot exceed 1 MB or 2,000 fields. Go back: what you typed is still there; shorten it.";
    too_long_title: "La liste est trop longue pour un tableau", "The list is too long for a table";
    too_long_body(max: &str): ("Un tableau a {max} lignes au plus, et rien n’en est coupé : revenez en arrière, filtrez la liste et prenez-la en plusieurs fois."),
        ("A table has {max} lines at most, and nothing is cut off: go back, filter the list, and take it in parts.");
    too_slow_title: "Votre envoi a pris trop de temps", "What you sent took too long";
    too_slow_body: "La connexion est peut-être lente. Rien n’a été enregistré : revenez en arrière et recommencez.",
        "The connection may be slow. Nothing was saved: go back and try again.";
    wrong_method_title: "Cette adresse ne se consulte pas ainsi", "This address is not read this way";
    wrong_method_body: "Elle attend l’envoi d’un formulaire d’Entente. Repartez de l’accueil.",
        "It expects a form of Entente to be sent. Go back to the home page.";
    cross_site_title: "Cette demande vient d’un autre site", "This request comes from another site";
    cross_site_body: "Par prudence, rien n’a été fait. Recommencez depuis Entente.",
        "As a precaution nothing was done. Do it again from within Entente.";
    session_ended: "Votre session a pris fin. Connectez-vous : votre saisie est conservée.",
        "Your session has ended. Sign in: what you typed is kept.";
    denied_act: "Vous n’avez pas le droit de faire cela, ou la chose n’existe plus. Rien n’a été changé.",
        "You may not do this, or the thing is gone. Nothing was changed.";
    conflict_act: "Ce n’est plus possible dans l’état actuel : rechargez la page pour voir ce qui a changé. Rien n’a été changé.",
        "This is no longer possible as things stand: reload the page to see what changed. Nothing was changed.";
    draft_is_back: "Vous revoilà : votre saisie est là, telle que vous l’aviez laissée. Enregistrez-la.",
        "You are back: what you typed is here as you left it. Save it.";
    stale_act: "Quelqu’un a enregistré entre-temps. Rien de votre saisie n’est perdu : voyez les différences ci-dessous.",
        "Someone has saved in the meantime. Nothing you typed is lost: see the differences below.";
    too_many_attempts(minutes: u32): ("Trop d’essais. Réessayez dans {minutes} minutes."), ("Too many attempts. Try again in {minutes} minutes.");
}
