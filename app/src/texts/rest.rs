//! What the REST interface says when it refuses.

texts! {
    rest_invalid_title: "Des valeurs ne peuvent être prises telles quelles", "Some values cannot be taken as they are";
    rest_invalid: "Voyez « errors » : chaque champ y est nommé, avec ce qu’il faut corriger. Rien n’a été enregistré.",
        "See “errors”: each field is named there, with what to correct. Nothing was saved.";
    rest_bad_json_title: "Ce n’est pas du JSON", "This is not JSON";
    rest_bad_json(line: usize, column: usize): ("Le corps de la requête ne se lit pas à partir de la ligne {line}, colonne {column}."),
        ("The body of the request cannot be read from line {line}, column {column} on.");
    rest_wrong_content_type_title: "Ce type de contenu n’est pas accepté", "This content type is not accepted";
    rest_wrong_content_type: "Envoyez du JSON, avec l’en-tête Content-Type: application/json.",
        "Send JSON, with the header Content-Type: application/json.";
    rest_not_found_title: "Il n’y a rien ici", "There is nothing here";
    rest_not_found: "Cela n’existe pas, ou n’est pas visible avec vos droits.", "It does not exist, or cannot be seen with your rights.";
    rest_wrong_method_title: "Cette adresse ne connaît pas cette méthode", "This address does not know this method";
    rest_wrong_method: "L’en-tête Allow nomme celles qu’elle connaît.", "The header Allow names those it knows.";
    rest_denied_title: "Vous n’avez pas ce droit", "You may not do this";
    rest_denied: "Votre rôle ne le permet pas. Rien n’a été changé.", "Your role does not allow it. Nothing was changed.";
    rest_read_only_title: "Ce jeton ne permet que de lire", "This token may only read";
    rest_read_only: "Créez un jeton qui permet d’écrire, sur la page de votre compte.", "Make a token that may write, on the page of your account.";
    rest_sign_in_title: "Il faut s’identifier", "One must sign in";
    rest_sign_in: "Envoyez un jeton personnel : Authorization: Bearer entente_…", "Send a personal token: Authorization: Bearer entente_…";
    rest_bad_token_title: "Ce jeton ne vaut rien ou plus rien", "This token is not valid, or not any more";
    rest_bad_token: "Il est faux, expiré ou révoqué. Créez-en un autre sur la page de votre compte.",
        "It is wrong, expired or revoked. Make another on the page of your account.";
    rest_version_needed_title: "La version manque", "The version is missing";
    rest_version_needed: "Dites avec If-Match sur quelle version porte ce changement : celle de l’en-tête ETag, par exemple If-Match: \"3\".",
        "Say with If-Match which version this change is based on: that of the header ETag, for example If-Match: \"3\".";
    rest_stale_title: "Quelqu’un a enregistré entre-temps", "Someone has saved in the meantime";
    rest_stale: "Rien n’a été enregistré. « differences » montre ce qui diffère de ce qui est enregistré ; « version » est la version actuelle.",
        "Nothing was saved. “differences” shows what differs from what is saved; “version” is the present version.";
    rest_not_merged_title: "Ces deux établissements ne peuvent pas être réunis", "These two institutions cannot be merged";
    rest_flow_full_title: "Aucune place n’est libre", "No place is free";
    rest_list_refused_title: "Une ligne est refusée : personne n’est nommé", "A row is refused: nobody is nominated";
    rest_list_refused: "Rien n’a été enregistré. Ce qu’il advient de chaque ligne est dans « outcomes » : corrigez, et envoyez de nouveau la liste.",
        "Nothing was saved. What becomes of each row is in \"outcomes\": correct, and send the list again.";
    rest_waitlisted_title: "Aucune place n’est libre : en liste d’attente", "No place is free: on the waitlist";
    rest_waitlisted(position: i64): ("Aucune place n’est libre pour ce séjour. La personne est en liste d’attente, au rang {position}."),
        ("No place is free for this stay. The person is on the waitlist, in position {position}.");
    rest_not_eligible_title: "Des conditions ne sont pas remplies", "Some conditions are not met";
    rest_key_taken_title: "Cet Idempotency-Key a déjà servi", "This Idempotency-Key was used already";
    rest_key_taken: "Une autre demande a été faite sous ce nom : choisissez-en un nouveau. Rien n’a été changé.",
        "Another request was made by this name: choose a new one. Nothing was changed.";
    rest_conflict_title: "Ce n’est pas possible dans l’état actuel", "This is not possible as things stand";
    rest_conflict: "C’est déjà signé, ou pas encore partagé, ou encore utilisé. Rien n’a été changé.",
        "It is signed already, or not shared yet, or in use. Nothing was changed.";
    rest_unreadable_title: "Ce fichier ne se lit pas", "This file cannot be read";
    rest_duplicate_title: "Un établissement semblable existe déjà", "An institution much like this one is there already";
    rest_duplicate: "Voyez « duplicates ». Si c’en est un autre, renvoyez la demande avec `?is_different=true`.",
        "See “duplicates”. If it is another one, send the request again with `?is_different=true`.";
    rest_too_many_title: "Trop d’essais", "Too many attempts";
    rest_unknown_member: "Ce nom n’est pas connu ici.", "This name is not known here.";
    rest_wrong_type: "Cette valeur n’est pas du type attendu.", "This value is not of the expected type.";
}
