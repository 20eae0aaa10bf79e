//! Making one of two institutions that are one.

use domain::institution::NotMerged;

texts! {
    merge_with_another: "Fusionner avec un autre", "Merge with another";
    merge_title_of(name: &str): ("Fusionner {name} avec un autre établissement"), ("Merge {name} with another institution");
    merge_lead: "Quand deux fiches décrivent le même établissement : choisissez l’autre fiche, puis comparez-les avant de les réunir.",
        "When two entries describe one institution: choose the other entry, then compare them before they become one.";
    merge_search: "L’autre établissement", "The other institution";
    merge_search_help: "Le début d’un mot de son nom, ou un de ses identifiants.", "The beginning of a word of its name, or one of its identifiers.";
    merge_do_search: "Chercher", "Search";
    merge_alike: "Se ressemblent", "Much alike";
    merge_found: "Trouvés", "Found";
    merge_none_alike: "Aucun établissement ne lui ressemble.", "No institution is much like it.";
    merge_none_found: "Aucun établissement ne correspond.", "No institution matches.";
    merge_title(gone: &str, kept: &str): ("Réunir {gone} et {kept}"), ("Make one of {gone} and {kept}");
    merge_compare_lead(gone: &str, kept: &str): ("« {gone} » disparaît, « {kept} » reste. Cela ne peut pas être défait."),
        ("“{gone}” goes, “{kept}” stays. This cannot be undone.");
    merge_swap(gone: &str): ("Garder plutôt « {gone} »"), ("Keep “{gone}” instead");
    merge_other: "Choisir un autre établissement", "Choose another institution";
    merge_table: "Les deux côte à côte", "Both side by side";
    merge_goes: "Disparaît", "Goes";
    merge_stays: "Reste", "Stays";
    merge_result: "Ce qui sera écrit", "What will be written";
    merge_moves: "Ce qui passe à l’établissement qui reste", "What goes over to the one that stays";
    merge_moves_nothing: "Rien d’autre que son nom et ses identifiants.", "Nothing but its name and its identifiers.";
    merge_agreement_word: "accord", "agreement";
    merge_agreement_words: "accords", "agreements";
    merge_unit_word: "composante", "unit";
    merge_unit_words: "composantes", "units";
    merge_member_word: "membre du service", "member of the office";
    merge_member_words: "membres du service", "members of the office";
    merge_invitation_word: "invitation", "invitation";
    merge_invitation_words: "invitations", "invitations";
    merge_document_word: "document ajouté par son service", "document that its office added";
    merge_document_words: "documents ajoutés par son service", "documents that its office added";
    merge_tag_word: "étiquette", "tag";
    merge_tag_words: "étiquettes", "tags";
    merge_view_word: "vue enregistrée", "saved view";
    merge_view_words: "vues enregistrées", "saved views";
    merge_members_gain: "Ses membres verront tout ce que voit le service qui reste.", "Its members will see all that the office that stays sees.";
    merge_calendar_ends: "L’adresse de son calendrier n’ouvrira plus rien : celle du service qui reste vaut pour les deux.",
        "The address of its calendar will open nothing any more: that of the office that stays is for both.";
    merge_calendar_moves: "L’adresse de son calendrier continue de servir.", "The address of its calendar goes on.";
    merge_stays_found: "Son adresse, ses noms et ses identifiants mèneront à l’établissement qui reste.",
        "Its address, names and identifiers will lead to the one that stays.";
    merge_stays_signed: "Ce qui a été approuvé et signé ne change pas, empreinte comprise.", "What was approved and signed does not change, nor does its hash.";
    merge_confirm(gone: &str): ("Pour confirmer, écrivez le nom de celui qui disparaît : {gone}"), ("To confirm, type the name of the one that goes: {gone}");
    merge_confirm_help: "Sans égard aux majuscules ni aux accents.", "Case and accents do not matter.";
    merge_stale: "L’un des deux a changé pendant que vous lisiez : relisez, puis confirmez.", "One of the two changed while you read: read again, then confirm.";
    do_merge: "Réunir les deux établissements", "Make one of the two";
    done_merged: "Les deux établissements sont réunis.", "The two institutions are one.";
    fact_once: "Connu aussi comme", "Also known as";
    merged_on(day: &str): ("réunis le {day}"), ("merged on {day}");
    not_merged_same: "C’est déjà le même établissement.", "They are the same institution already.";
    not_merged_family: "L’un fait partie de l’autre : ce sont deux établissements. Détachez d’abord la composante.",
        "One is part of the other: they are two institutions. Detach the unit first.";
    not_merged_agreement: "Une version d’un accord nomme les deux comme parties : celui qui l’a écrite y voyait deux établissements.",
        "A revision of an agreement names both as parties: whoever wrote it knew them as two.";
}

impl super::Texts {
    /// Why two institutions are not made one.
    pub const fn not_merged(self, why: NotMerged) -> &'static str {
        match why {
            NotMerged::Same => self.not_merged_same(),
            NotMerged::Family => self.not_merged_family(),
            NotMerged::SameAgreement => self.not_merged_agreement(),
        }
    }
}
