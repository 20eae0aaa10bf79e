//! The members of an office: who they are, who is invited.

use super::{Faults, account::shown_once, done, page, param, refusal, title};
use crate::{
    desk::{
        Desk, cookies, kept,
        members::{self, MembersForm, MembersView},
        query_value,
    },
    error::AppError,
    texts::Texts,
    ui::{
        Actions, Breadcrumbs, Button, ButtonKind, Choice, Column, Confirm, EmptyState, Field, Notice,
        PageHeader, PersonLine, RadioGroup, Row, Section, Table, Tag, Tone,
    },
};
use chrono::{DateTime, Utc};
use domain::access::Role;
use leptos::prelude::*;
use store::{
    link::{Link, LinkPurpose},
    membership::Member,
};

/// `/:lang/institutions/:id/members`.
#[component]
pub fn MembersPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    let new = query_value(&desk.visit.query, "done").filter(|done| done == "invited" || done == "feed");
    let is_feed = new.as_deref() == Some("feed");
    let link = new.is_some().then(|| cookies::take_once(&desk.state.sessions)).flatten();
    page(async move {
        let office = members::office(&desk, &id).await?;
        let kept = kept::<MembersForm>(&desk, &members::page(&id)).await?;
        let (form, error) = kept.map_or_else(Default::default, |kept| (kept.form, kept.error));
        let (feed, link) = if is_feed { (link, None) } else { (None, link) };
        Ok(show(&desk, office, link, feed, form, error.as_ref()))
    })
}

fn show(
    desk: &Desk,
    office: MembersView,
    link: Option<String>,
    feed: Option<String>,
    form: MembersForm,
    error: Option<&AppError>,
) -> impl IntoView + use<> {
    let t = Texts(desk.lang());
    let heading = t.members_of(&office.name);
    let trail = vec![
        (desk.href("/institutions"), t.institutions().to_owned()),
        (desk.href(&format!("/institutions/{}", office.institution)), office.name.clone()),
    ];
    let done = done(
        desk,
        &[
            ("role_set", t.done_role_set()),
            ("removed", t.done_removed()),
            ("revoked", t.done_revoked()),
            ("feed_revoked", t.done_feed_revoked()),
        ],
    );
    let is_last_lead = error == Some(&AppError::Conflict);
    let refusal = if is_last_lead {
        view! { <Notice tone=Tone::Danger title=t.last_lead() live=true /> }.into_any()
    } else {
        refusal(t, error, "")
    };
    let institution = office.institution.to_string();
    let invitations = invitations(desk, &institution, office.invitations, office.can_manage);
    let calendar = calendar(desk, &institution, office.feed_made_at);
    let form = office.can_manage.then(|| invite(desk, &institution, form, error));
    let reader = office.reader;
    let members = office.members;
    let list = if members.is_empty() {
        view! { <EmptyState title=t.no_member_title() text=t.no_member_text() /> }.into_any()
    } else {
        let mine = |member: &Member| Some(member.account) == reader;
        let rows = members
            .into_iter()
            .map(|member| {
                let is_reader = mine(&member);
                row(desk, &institution, member, is_reader, office.can_manage)
            })
            .collect();
        let mut columns = vec![
            Column::text(t.column_person()),
            Column::text(t.column_role()),
            Column::date(t.column_since()),
        ];
        if office.can_manage {
            columns.push(Column::text(t.column_act()).unseen());
        }
        view! {
            <Table id="member-table" caption=heading.clone() caption_unseen=true columns=columns rows=rows fold=true />
        }
        .into_any()
    };
    view! {
        {title(heading.clone())}
        <Breadcrumbs label=t.institutions() trail=trail here=t.members() />
        <PageHeader title=heading lead=t.members_lead() />
        {done}
        {link.map(|link| shown_once(t.link_once_title(), t.link_once_body(), t.link_label(), link))}
        {feed.map(|feed| shown_once(t.feed_once_title(), t.once_body(), t.feed_label(), feed))}
        {refusal}
        <Section id="members" title=t.members()>
            {list}
        </Section>
        {invitations}
        {form}
        {calendar}
    }
}

fn row(desk: &Desk, institution: &str, member: Member, is_reader: bool, can_manage: bool) -> Row {
    let t = Texts(desk.lang());
    let marks = view! {
        {is_reader.then(|| view! { <Tag label=t.is_you() /> })}
        {member.is_disabled.then(|| view! { <Tag label=t.is_disabled() /> })}
    };
    let acts = can_manage.then(|| acts(desk, institution, &member));
    let row = Row::new()
        .cell(view! {
            <PersonLine name=member.name email=member.email>
                {marks}
            </PersonLine>
        })
        .cell(t.role(member.role))
        .cell(t.moment(member.since));
    match acts {
        Some(acts) => row.cell(acts),
        None => row,
    }
}

/// Change the role, or take the person out.
fn acts(desk: &Desk, institution: &str, member: &Member) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang().code();
    let account = member.account.to_string();
    let options = Role::ALL
        .into_iter()
        .map(|role| {
            view! {
                <option value=role.code() selected=role == member.role>
                    {t.role(role)}
                </option>
            }
        })
        .collect_view();
    let remove = t.remove_member_of(&member.name);
    view! {
        <div class="cluster">
            <form class="cluster" method="post" action="/api/set_member_role">
                <input type="hidden" name="lang" value=lang />
                <input type="hidden" name="institution" value=institution.to_owned() />
                <input type="hidden" name="account" value=account.clone() />
                <select class="input" name="role" aria-label=t.set_role_of(&member.name)>
                    {options}
                </select>
                <Button small=true label=t.change_role_of(&member.name)>
                    {t.set_role()}
                </Button>
            </form>
            <form method="post" action="/api/remove_member">
                <input type="hidden" name="lang" value=lang />
                <input type="hidden" name="institution" value=institution.to_owned() />
                <input type="hidden" name="account" value=account />
                <Confirm label=t.remove() name=remove.clone() warning=t.remove_warning(&member.name)>
                    <Button kind=ButtonKind::Danger small=true>{remove}</Button>
                </Confirm>
            </form>
        </div>
    }
    .into_any()
}

fn invitations(desk: &Desk, institution: &str, links: Vec<Link>, can_manage: bool) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang().code();
    let columns = vec![
        Column::text(t.column_invited()),
        Column::text(t.column_role()),
        Column::date(t.column_expires()),
        Column::text(t.column_act()).unseen(),
    ];
    let rows = links.into_iter().filter_map(|link| {
        let LinkPurpose::Invitation { email, role, .. } = link.purpose else { return None };
        let label = t.revoke_invitation_of(email.as_str());
        let act = can_manage.then(|| {
            view! {
                <form method="post" action="/api/revoke_link">
                    <input type="hidden" name="lang" value=lang />
                    <input type="hidden" name="institution" value=institution.to_owned() />
                    <input type="hidden" name="link" value=link.id.to_string() />
                    <Button kind=ButtonKind::Quiet small=true label=label>
                        {t.revoke()}
                    </Button>
                </form>
            }
        });
        Some(Row::new().cell(email.to_string()).cell(t.role(role)).cell(t.moment(link.expires_at)).cell(act))
    });
    let rows: Vec<Row> = rows.collect();
    let list = if rows.is_empty() {
        view! { <p>{t.no_invitation()}</p> }.into_any()
    } else {
        view! {
            <Table
                id="invitation-table"
                caption=t.section_invitations()
                caption_unseen=true
                columns=columns
                rows=rows
                fold=true
            />
        }
        .into_any()
    };
    view! {
        <Section id="invitations" title=t.section_invitations()>
            {list}
        </Section>
    }
    .into_any()
}

/// The private calendar of the office: its address is made, replaced, taken away.
fn calendar(desk: &Desk, institution: &str, made_at: Option<DateTime<Utc>>) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang().code();
    let act = |action: &'static str, kind: ButtonKind, label: &'static str| {
        view! {
            <form method="post" action=action data-plain="true">
                <input type="hidden" name="lang" value=lang />
                <input type="hidden" name="institution" value=institution.to_owned() />
                <Button kind=kind>{label}</Button>
            </form>
        }
    };
    let (words, acts) = match made_at {
        None => (
            t.feed_none().to_owned(),
            act("/api/renew_feed", ButtonKind::Secondary, t.feed_make()).into_any(),
        ),
        Some(at) => (
            t.feed_since(&t.moment(at)),
            view! {
                {act("/api/renew_feed", ButtonKind::Secondary, t.feed_renew())}
                {act("/api/revoke_feed", ButtonKind::Quiet, t.feed_revoke())}
            }
            .into_any(),
        ),
    };
    view! {
        <Section id="calendar" title=t.section_feed()>
            <p class="quiet-text">{t.feed_lead()}</p>
            <p>{words}</p>
            <div class="cluster">{acts}</div>
        </Section>
    }
    .into_any()
}

fn invite(desk: &Desk, institution: &str, form: MembersForm, error: Option<&AppError>) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang().code();
    let institution = institution.to_owned();
    let faults = Faults::of(t, error.filter(|_| form.form == "invite"));
    let roles: Vec<Choice> = Role::ALL
        .into_iter()
        .rev()
        .map(|role| Choice::new(role.code(), t.role(role)).help(t.role_help(role)))
        .collect();
    let role = if form.role.is_empty() { Role::Officer.code().to_owned() } else { form.role };
    view! {
        <Section id="invite" title=t.section_invite()>
            <p class="quiet-text">{t.invite_lead()}</p>
            <form class="form" method="post" action="/api/invite" data-plain="true">
                <input type="hidden" name="lang" value=lang />
                <input type="hidden" name="institution" value=institution />
                <Field
                    name="email"
                    label=t.field_email()
                    kind="email"
                    value=form.email
                    required=t.required()
                    error=faults.at("email")
                    autocomplete="off"
                    inputmode="email"
                />
                <RadioGroup
                    name="role"
                    legend=t.field_role()
                    options=roles
                    selected=role
                    error=faults.at("role")
                />
                <Actions>
                    <Button kind=ButtonKind::Primary>{t.invite()}</Button>
                </Actions>
            </form>
        </Section>
    }
    .into_any()
}
