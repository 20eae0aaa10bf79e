//! The audit trail.

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
