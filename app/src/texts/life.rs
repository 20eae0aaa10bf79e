//! The end of an agreement and what follows it.

use domain::agreement::NotRenewed;

texts! {
    do_more: "Suite et fin", "What follows";
    do_renew: "Renouveler", "Renew";
    do_terminate: "Dénoncer", "Terminate";
    do_replace: "Désigner ce qui le remplace", "Name what replaces it";
    do_keep: "Ne plus le considérer comme remplacé", "No longer count it as replaced";
    do_withdraw_termination: "Revenir sur la dénonciation", "Take the termination back";
    done_terminated: "La dénonciation est consignée.", "The termination is recorded.";
    done_termination_withdrawn: "La dénonciation est retirée : l’accord suit son cours.", "The termination is taken back: the agreement goes on.";
    done_renewed: "Voici le brouillon du renouvellement : vérifiez la période, puis partagez-le.",
        "Here is the draft of the renewal: check the period, then share it.";
    done_replaced: "L’accord qui le remplace est consigné.", "The agreement that replaces it is recorded.";
    done_kept: "Il n’est plus remplacé.", "It is not replaced any more.";

    terminate_title: "Dénoncer l’accord", "Terminate the agreement";
    terminate_lead: "L’accord reste listé, avec son état et son histoire. Tant que la fin n’est pas atteinte, on peut revenir sur la dénonciation.",
        "The agreement stays listed, with its standing and its history. Until the end is reached, the termination can be taken back.";
    terminate_party: "Qui y met fin", "Who ends it";
    terminate_together: "Les parties ensemble", "The parties together";
    terminate_together_help: "D’un commun accord : aucun préavis n’est demandé, mais ce qui l’atteste.",
        "By mutual consent: no notice is asked for, but what attests to it.";
    terminate_on_behalf: "Sans compte ici : dites ce qui l’atteste.", "No account here: say what attests to it.";
    terminate_notified: "Notifié le", "Notified on";
    terminate_notified_help: "Le jour où les autres parties l’ont su ; un jour précis.", "The day the other parties were told; a precise day.";
    terminate_effective: "Premier jour sans effet", "First day without effect";
    terminate_reason: "Motif", "Reason";
    terminate_reason_help: "Nécessaire quand le préavis n’est pas respecté.", "Needed when the notice is not respected.";
    ends_by_termination(on: &str): ("Dénoncé : sans effet à partir du {on}."), ("Terminated: without effect from {on}.");
    notice_asked(months: u16, earliest: &str): ("Préavis de {months} mois : notifié aujourd’hui, pas avant le {earliest}."),
        ("{months} months of notice: notified today, not before {earliest}.");
    notice_none: "Rien n’est signé par toutes les parties : aucun préavis n’est demandé.", "Not all parties have signed: no notice is asked for.";
    terminated_by(who: &str, notified: &str, effective: &str): ("Dénoncé par {who} le {notified}, sans effet à partir du {effective}"),
        ("Terminated by {who} on {notified}, without effect from {effective}");
    terminated_together(notified: &str, effective: &str): ("Fin convenue par les parties le {notified}, sans effet à partir du {effective}"),
        ("Ended by the parties together on {notified}, without effect from {effective}");
    terminated: "Dénonciation", "Termination";
    notice_respected(months: &str): ("{months} de préavis, respectés"), ("{months} of notice, respected");
    notice_not_respected(months: &str): ("{months} de préavis, non respectés"), ("{months} of notice, not respected");
    notice_not_respected_because(months: &str, reason: &str): ("{months} de préavis, non respectés : {reason}"), ("{months} of notice, not respected: {reason}");
    renewed_by(title: &str): ("Renouvelé par « {title} »"), ("Renewed by “{title}”");
    renews(title: &str): ("Renouvelle « {title} »"), ("Renews “{title}”");
    replaced_by(title: &str): ("Remplacé par « {title} »"), ("Replaced by “{title}”");
    replaces(title: &str): ("Remplace « {title} »"), ("Replaces “{title}”");
    section_before_after: "Avant et après", "Before and after";

    replace_title: "Ce qui remplace l’accord", "What replaces the agreement";
    replace_lead: "Une fois l’autre accord signé, celui-ci est dit « renouvelé » dès que l’autre commence.",
        "Once the other agreement is signed, this one counts as renewed from the day the other begins.";
    replace_choose: "Accords entre les mêmes parties", "Agreements among the same parties";
    replace_none: "Aucun autre accord entre ces parties", "No other agreement among these parties";
    replace_none_text: "Consignez d’abord le nouvel accord, puis revenez ici.", "Log the new agreement first, then come back here.";

    renew_list: "Renouveler cette liste…", "Renew this list…";
    renew_list_title: "Renouveler plusieurs accords", "Renew several agreements";
    renew_list_lead: "Chaque accord coché reçoit un brouillon lié, pour une période de même durée. Tout est écrit en une fois, ou rien.",
        "Each agreement ticked gets a linked draft, for a period of the same length. All is written at once, or nothing.";
    renew_list_cut(max: i64): ("La liste est plus longue : voici les {max} premiers. Resserrez le filtre pour les autres."),
        ("The list is longer: here are the first {max}. Narrow the filter for the others.");
    renew_next(period: &str): ("Nouvelle période : {period}"), ("New period: {period}");
    renew_column: "Renouvellement", "Renewal";
    do_renew_list: "Renouveler les accords cochés", "Renew the agreements ticked";
    renew_none_possible: "Aucun accord de cette liste ne peut être renouvelé.", "No agreement of this list can be renewed.";
    renew_choose: "Cochez au moins un accord.", "Tick at least one agreement.";
    renew_report: "Compte rendu du renouvellement", "Report of the renewal";
    renew_report_by(who: &str, on: &str): ("Par {who}, le {on}."), ("By {who}, on {on}.");
    renewed_word: "accord renouvelé", "agreement renewed";
    renewed_words: "accords renouvelés", "agreements renewed";
    left_word: "laissé tel quel", "left as it is";
    left_words: "laissés tels quels", "left as they are";
    renew_draft: "Voir le brouillon", "See the draft";
    rest_not_renewed_title: "Cet accord ne se renouvelle pas", "This agreement is not renewed";

    not_renewed_not_yours: "Seul un responsable d’une des parties le renouvelle.", "Only a lead of one of the parties renews it.";
    not_renewed_not_signed: "Il n’est pas signé par toutes les parties.", "Not all parties have signed it.";
    not_renewed_terminated: "Il a été dénoncé.", "It was terminated.";
    not_renewed_followed: "Un autre accord le suit déjà.", "Another agreement follows it already.";
    not_renewed_open_ended: "Il n’a pas de terme auquel faire suite.", "It has no end to follow.";
    not_renewed_tacit: "Il se reconduit de lui-même.", "It renews itself.";
}

impl super::Texts {
    /// What a termination says of the notice asked for, and why it is so; `months` is none where no notice was asked for.
    pub fn notice_kept(self, notice: Option<(u16, bool)>, reason: Option<&str>) -> Option<String> {
        let Some((months, is_respected)) = notice else { return reason.map(str::to_owned) };
        let months = self.counted(months.into(), self.month_word(), self.months_word());
        Some(match (is_respected, reason) {
            (true, None) => self.notice_respected(&months),
            (true, Some(reason)) => format!("{}. {reason}", self.notice_respected(&months)),
            (false, None) => self.notice_not_respected(&months),
            (false, Some(reason)) => self.notice_not_respected_because(&months, reason),
        })
    }

    /// Why an agreement is not renewed.
    pub const fn not_renewed(self, why: NotRenewed) -> &'static str {
        match why {
            NotRenewed::NotYours => self.not_renewed_not_yours(),
            NotRenewed::NotSigned => self.not_renewed_not_signed(),
            NotRenewed::Terminated => self.not_renewed_terminated(),
            NotRenewed::Followed => self.not_renewed_followed(),
            NotRenewed::OpenEnded => self.not_renewed_open_ended(),
            NotRenewed::Tacit => self.not_renewed_tacit(),
        }
    }
}
