-- Nothing expires by surprise: reminders, gaps in coverage, what was dealt with, messages to be sent, calendars, and the
-- leases under which one server of several does what is due.

-- What an agreement's ladder follows from, beside its dates. The program fills them, as it does keys.
alter table agreement add column notice_months integer;
alter table agreement add column renews_months integer;
create index agreement_by_renewal on agreement (ends_key, id) where renews_months is not null;
update registry set fold_version = 0;

alter table account add column wants_mail integer not null default 1 constraint account_wants_mail_flag check (wants_mail in (0, 1));

create table job (
    name text not null primary key,
    holder blob,
    lease_ends_at text,
    -- What it last did its work for.
    seen text
) strict;

create table reminder (
    agreement_id blob not null constraint reminder_agreement references agreement (id) on delete cascade,
    institution_id blob not null constraint reminder_institution references institution (id),
    months integer not null,
    due_on text not null,
    kind text not null constraint reminder_kind check (kind in ('end', 'notice')),
    made_at text not null,
    primary key (agreement_id, institution_id, months, due_on)
) strict;

create index reminder_by_institution on reminder (institution_id, due_on);

create table gap (
    institution_id blob not null constraint gap_institution references institution (id),
    partner_id blob not null constraint gap_partner references institution (id),
    year text not null,
    found_at text not null,
    -- Set while an agreement covers the pair again.
    closed_at text,
    primary key (institution_id, partner_id, year)
) strict;

create index gap_by_year on gap (year);

-- What an office has dealt with, by the word of the thing.
create table dealt (
    institution_id blob not null constraint dealt_institution references institution (id),
    item text not null,
    dealt_by blob,
    dealt_name text not null,
    dealt_at text not null,
    primary key (institution_id, item)
) strict;

create table outbox (
    id blob not null primary key,
    -- What it tells, to whom: nobody is told anything twice.
    mark text not null constraint outbox_mark unique,
    account_id blob not null constraint outbox_account references account (id) on delete cascade,
    lang text not null constraint outbox_lang check (lang in ('fr', 'en')),
    subject text not null,
    body_text text not null,
    body_html text not null,
    made_at text not null,
    tries integer not null,
    -- None: it is not tried again.
    next_at text,
    sent_at text,
    failure text
) strict;

create index outbox_by_next on outbox (next_at);
create index outbox_by_account on outbox (account_id);

-- The private calendar of an office. Only the hash of its address is kept.
create table feed (
    institution_id blob not null primary key constraint feed_institution references institution (id),
    token_hash blob not null constraint feed_token unique,
    created_by blob,
    created_at text not null
) strict;
