//! What offices do with lists.

use domain::listing::AgreementColumn;

texts! {
    filter_ends_before: "Échéance avant", "Ends before";
    filter_uncovered: "Sans accord en", "No agreement in";
    filter_uncovered_help: "Parties qu’aucun accord ne lie cette année-là, par exemple 2026/2027.",
        "Parties that no agreement binds in that year, for example 2026/2027.";
    filter_tag: "Étiquette", "Tag";
    column_tags: "Étiquettes", "Tags";
    column_updated: "Modifié le", "Changed on";
    columns: "Colonnes", "Columns";
    export: "Emporter cette liste :", "Export this list:";
    export_csv: "CSV", "CSV";
    export_xlsx: "XLSX", "XLSX";
    export_id: "Identifiant", "Id";
    export_countries: "Pays", "Countries";
    export_published: "Publié", "Published";
    export_sheet: "Accords", "Agreements";
    list_tools: "Que faire de cette liste", "What to do with this list";

    views: "Vues gardées", "Saved views";
    view_keep: "Garder cette vue", "Save this view";
    view_name: "Nom de la vue", "Name of the view";
    view_share: "La montrer à tout le service", "Show it to the whole office";
    office_chosen: "Au nom du service", "For the office";
    view_shared: "du service", "of the office";
    view_forget(name: &str): ("Oublier la vue « {name} »"), ("Forget the view “{name}”");
    done_view_kept: "La vue est gardée.", "The view is saved.";
    done_view_forgotten: "La vue est oubliée.", "The view is forgotten.";

    tag_list: "Étiqueter cette liste…", "Tag this list…";
    tag_list_title: "Étiqueter plusieurs accords", "Tag several agreements";
    tag_list_lead: "Les étiquettes sont celles de votre service : les autres ne les voient pas.",
        "Tags are your office’s own: others do not see them.";
    tag_name: "Étiquette", "Tag";
    tag_name_help: "Quarante caractères au plus ; accents et majuscules ne comptent pas.",
        "Forty characters at most; accents and capitals do not matter.";
    tag_take: "Accords à étiqueter", "Agreements to tag";
    do_tag: "Étiqueter", "Tag";
    do_untag: "Retirer l’étiquette", "Take the tag off";
    done_tagged: "L’étiquette est mise.", "The tag is set.";
    done_untagged: "L’étiquette est retirée.", "The tag is taken off.";
    tag_choose: "Cochez au moins un accord.", "Tick at least one agreement.";
}

impl super::Texts {
    /// What stands above a column.
    pub const fn column(self, column: AgreementColumn) -> &'static str {
        match column {
            AgreementColumn::Standing => self.column_standing(),
            AgreementColumn::Parties => self.column_parties(),
            AgreementColumn::Period => self.column_period(),
            AgreementColumn::Kind => self.filter_kind(),
            AgreementColumn::Tags => self.column_tags(),
            AgreementColumn::Updated => self.column_updated(),
        }
    }
}
