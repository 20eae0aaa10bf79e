//! The parties of an agreement: what each approved and signed, and whether it is in force by that.

use super::{evidence, name_of};
use crate::{
    desk::{Desk, agreements::AgreementView, documents::DocumentList},
    texts::Texts,
    ui::*,
};
use chrono::NaiveDate;
use domain::{
    access::Role,
    agreement::{Awaited, Awaiting, Party, Standing},
    partial_date::{PartialDate, show_day},
};
use leptos::prelude::*;
use store::agreement::{AgreementRecord, RevisionRecord, Signature};

/// The parties, each with its role, its approval and its signature, side by side.
pub(super) fn table(
    desk: &Desk,
    view: &AgreementView,
    shown: &RevisionRecord,
    documents: &DocumentList,
) -> AnyView {
    let t = Texts(desk.lang());
    let columns = vec![
        Column::text(t.column_institution()),
        Column::text(t.party_role_column()),
        Column::text(t.party_approved_column()),
        Column::text(t.party_signed_column()),
    ];
    // Seen from the reader's own party, else from the first.
    let own = desk.actor().covered(Role::Observer);
    let ids = || shown.content.parties.iter().map(|party| party.institution);
    let from = ids().find(|id| own.contains(id)).or_else(|| ids().next());
    let rows = shown.content.parties.iter().map(|party| {
        let href = desk.href(&format!("/institutions/{}", party.institution));
        let reference = party.reference.as_ref().map(|reference| {
            let reference = reference.to_string();
            view! {
                <p class="under">
                    {t.party_reference_column()} " " <span class="mono">{reference}</span>
                </p>
            }
        });
        Row::new()
            .cell(view! {
                <a href=href>{name_of(&view.names, party.institution, desk.lang())}</a>
                {reference}
            })
            .cell(t.party_role(party.role))
            .cell(approval(desk, view, shown, party))
            .cell(signature(desk, view, shown, documents, party))
    });
    let rows: Vec<Row> = rows.collect();
    let partnerships = from.into_iter().flat_map(|from| ids().map(move |id| (from, id)));
    let partnerships = partnerships.filter(|(from, id)| from != id).map(|(from, id)| {
        let href = desk.href(&format!("/institutions/{from}/with/{id}"));
        let [one, other] = [from, id].map(|id| name_of(&view.names, id, desk.lang()));
        view! { <li><a href=href>{t.partnership_see(&one, &other)}</a></li> }
    });
    let partnerships = partnerships.collect_view();
    view! {
        <Table id="party-table" caption=t.section_parties() caption_unseen=true columns=columns rows=rows fold=true />
        <ul class="lines">{partnerships}</ul>
    }
    .into_any()
}

/// What is known of a party's approval of the revision shown. What was signed on paper asked for none.
fn approval(desk: &Desk, view: &AgreementView, shown: &RevisionRecord, party: &Party) -> AnyView {
    let t = Texts(desk.lang());
    let record = &view.record;
    let id = party.institution;
    if let Some(approval) = record.approval(shown.id, id) {
        let on = t.approved_on(&show_day(approval.approved_on, desk.lang()));
        let behalf = approval.is_on_behalf.then(|| view! { <p class="under">{t.recorded_on_behalf()}</p> });
        return view! {
            <p>
                <Icon name=Glyph::Check />
                " "
                {on}
            </p>
            {behalf}
        }
        .into_any();
    }
    let is_signed = record.signatures.iter().any(|signature| signature.revision == shown.id);
    let is_awaited = |one: &Awaiting| (one.party, one.what) == (id, Awaited::Approval);
    let is_asked = !is_signed || record.facts().awaiting().iter().any(is_awaited);
    let words = if is_asked { t.not_yet() } else { t.approval_not_asked() };
    view! { <span class="quiet-text">{words}</span> }.into_any()
}

/// What is known of a party's signature: of the revision shown, else of the one before that it is bound by.
fn signature(
    desk: &Desk,
    view: &AgreementView,
    shown: &RevisionRecord,
    documents: &DocumentList,
    party: &Party,
) -> AnyView {
    let t = Texts(desk.lang());
    let record = &view.record;
    let id = party.institution;
    if !party.role.signs() {
        return view! { <span class="quiet-text">{t.does_not_sign()}</span> }.into_any();
    }
    if let Some(signature) = record.signature(shown.id, id) {
        return signed(desk, signature, documents, view.allowed.content);
    }
    let earlier = record.revisions.iter().rev().filter(|r| r.number < shown.number && r.dropped_at.is_none());
    let mut earlier = earlier.filter(|_| record.course().signed_on.is_some());
    let carried = earlier.find_map(|revision| Some((revision.number, record.signature(revision.id, id)?)));
    if let Some((number, signature)) = carried {
        return view! {
            {signed(desk, signature, documents, view.allowed.content)}
            <p class="under">{t.revision_title(number)}</p>
        }
        .into_any();
    }
    let announced = record.note(id).and_then(|note| {
        let on = note.signed_on.map(|on| on.date.show(desk.lang()));
        let who = note.signatory.as_ref().map(ToString::to_string);
        let words: Vec<String> = [who, on].into_iter().flatten().collect();
        (!words.is_empty()).then(|| view! { <p class="under">{t.announced(&words.join(", "))}</p> })
    });
    view! {
        <span class="quiet-text">{t.not_yet()}</span>
        {announced}
    }
    .into_any()
}

/// A signature; what attests to it is for those who may read the content.
fn signed(desk: &Desk, signature: &Signature, documents: &DocumentList, is_whole: bool) -> AnyView {
    let t = Texts(desk.lang());
    let on = signature.signed_on.map(|on| t.dated(on.date));
    let words = match (&signature.signatory, &on) {
        (Some(who), Some(on)) => t.signed_by_on(who, on),
        (None, Some(on)) => t.signed_on(on),
        (Some(who), None) => t.signed_by(who),
        (None, None) => t.signed_undated().to_owned(),
    };
    let doubt = signature
        .signed_on
        .is_none_or(|on| on.to_confirm)
        .then(|| view! { " " <ToConfirm label=t.to_confirm() /> });
    let capacity = signature.signatory_title.clone().map(|title| view! { <p class="under">{title}</p> });
    let behalf = signature.is_on_behalf.then(|| view! { <p class="under">{t.recorded_on_behalf()}</p> });
    let evidence =
        is_whole.then(|| evidence::shown(desk, documents, signature.evidence.as_ref(), signature.document));
    view! {
        <p>
            <Icon name=Glyph::Check />
            " "
            {words}
            {doubt}
        </p>
        {capacity}
        {behalf}
        {evidence}
    }
    .into_any()
}

/// Since when it is in force, as far as that is known: its start as stated, else the date of its last signature.
fn begins(record: &AgreementRecord) -> Option<PartialDate> {
    if let Some(starts) = record.ruling()?.content.period.starts {
        return Some(starts.date);
    }
    let signed_on = record.course().signed_on;
    let mut last = record.signatures.iter().filter(|signature| Some(signature.counts_on) == signed_on);
    last.find_map(|signature| Some(signature.signed_on?.date))
}

/// Whether it is in force, since when, or what is missing: for those who may read the content, from whom.
pub(super) fn in_force(desk: &Desk, view: &AgreementView) -> String {
    let t = Texts(desk.lang());
    let facts = view.record.facts();
    let course = facts.course();
    let say = |day: Option<NaiveDate>, words: fn(Texts, &str) -> String| {
        day.map_or_else(|| t.in_force_never().to_owned(), |day| words(t, &show_day(day, desk.lang())))
    };
    let begins_on = course.starts_on.or(course.signed_on);
    let ended = |day: Option<NaiveDate>| {
        let was_in_force = |day: &NaiveDate| course.signed_on.is_some() && begins_on < Some(*day);
        say(day.filter(was_in_force), Texts::in_force_no_more)
    };
    match view.standing {
        Standing::InForce | Standing::EndingSoon => t.in_force_since(begins(&view.record)),
        Standing::Signed => say(begins_on, Texts::in_force_from),
        Standing::Expired => ended(course.ends_on.and_then(|day| day.succ_opt())),
        Standing::Terminated => ended(course.terminated_on),
        Standing::Renewed => ended(course.renewed_on),
        Standing::Draft | Standing::InNegotiation | Standing::Approved => {
            let needed = Some(facts.needed()).filter(|needed| !needed.is_empty());
            let missing = needed.unwrap_or_else(|| facts.awaiting()).into_iter();
            let missing =
                missing.map(|one| t.needed(one.what, &name_of(&view.names, one.party, desk.lang())));
            let missing = missing.collect::<Vec<_>>().join(", ");
            if missing.is_empty() || !view.allowed.content {
                t.in_force_not_yet().to_owned()
            } else {
                t.in_force_lacks(&missing)
            }
        }
    }
}
