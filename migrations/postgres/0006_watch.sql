-- Nothing expires by surprise: reminders, gaps in coverage, what was dealt with, messages to be sent, calendars, and the
-- leases under which one server of several does what is due.

-- What an agreement's ladder follows from, beside its dates. The program fills them, as it does keys.
alter table agreement add column notice_months bigint;
alter table agreement add column renews_months bigint;
create index agreement_by_renewal on agreement (ends_key, id) where renews_months is not null;
update registry set fold_version = 0;

alter table account add column wants_mail boolean not null default true;

create table job (
    name text not null primary key,
    holder uuid,
    lease_ends_at timestamptz,
    -- What it last did its work for.
    seen text
);

create table reminder (
    agreement_id uuid not null constraint reminder_agreement references agreement (id) on delete cascade,
    institution_id uuid not null constraint reminder_institution references institution (id),
    months bigint not null,
    due_on date not null,
    kind text not null constraint reminder_kind check (kind in ('end', 'notice')),
    made_at timestamptz not null,
    primary key (agreement_id, institution_id, months, due_on)
);

create index reminder_by_institution on reminder (institution_id, due_on);

create table gap (
    institution_id uuid not null constraint gap_institution references institution (id),
    partner_id uuid not null constraint gap_partner references institution (id),
    year text not null,
    found_at timestamptz not null,
    -- Set while an agreement covers the pair again.
    closed_at timestamptz,
    primary key (institution_id, partner_id, year)
);

create index gap_by_year on gap (year);

-- What an office has dealt with, by the word of the thing.
create table dealt (
    institution_id uuid not null constraint dealt_institution references institution (id),
    item text not null,
    dealt_by uuid,
    dealt_name text not null,
    dealt_at timestamptz not null,
    primary key (institution_id, item)
);

create table outbox (
    id uuid not null primary key,
    -- What it tells, to whom: nobody is told anything twice.
    mark text not null constraint outbox_mark unique,
    account_id uuid not null constraint outbox_account references account (id) on delete cascade,
    lang text not null constraint outbox_lang check (lang in ('fr', 'en')),
    subject text not null,
    body_text text not null,
    body_html text not null,
    made_at timestamptz not null,
    tries bigint not null,
    -- None: it is not tried again.
    next_at timestamptz,
    sent_at timestamptz,
    failure text
);

create index outbox_by_next on outbox (next_at);
create index outbox_by_account on outbox (account_id);

-- The private calendar of an office. Only the hash of its address is kept.
create table feed (
    institution_id uuid not null primary key constraint feed_institution references institution (id),
    token_hash bytea not null constraint feed_token unique,
    created_by uuid,
    created_at timestamptz not null
);
