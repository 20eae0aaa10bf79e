-- The registry: institutions, agreements, people, and what was done.
-- SQLite and PostgreSQL hold the same tables and columns; a test compares them.

create table registry (
    id bigint not null primary key constraint registry_single check (id = 1),
    revision bigint not null,
    holds_demo boolean not null
);

insert into registry (id, revision, holds_demo) values (1, 1, false);

create table institution (
    id uuid not null primary key,
    kind text not null constraint institution_kind check (kind in ('university', 'grande_ecole', 'school', 'unit', 'network', 'group', 'research_body', 'public_authority', 'state_corps', 'agency', 'company', 'association')),
    country text not null,
    city text,
    latitude double precision,
    longitude double precision,
    site text,
    parent_id uuid constraint institution_parent references institution (id),
    successor_id uuid constraint institution_successor references institution (id),
    name_key text collate "C" not null,
    is_synthetic boolean not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create index institution_by_name on institution (name_key, id);
create index institution_by_country on institution (country, name_key, id);
create index institution_by_parent on institution (parent_id);

create table institution_name (
    institution_id uuid not null constraint institution_name_institution references institution (id) on delete cascade,
    language text not null,
    name text not null,
    name_key text collate "C" not null,
    primary key (institution_id, language)
);

create index institution_name_by_key on institution_name (name_key);

create table identifier (
    institution_id uuid not null constraint identifier_institution references institution (id) on delete cascade,
    kind text not null constraint identifier_kind check (kind in ('hei_id', 'erasmus', 'pic', 'oid', 'ror')),
    value text not null,
    is_flagged boolean not null,
    primary key (institution_id, kind)
);

create unique index identifier_value on identifier (kind, value) where not is_flagged;

create table account (
    id uuid not null primary key,
    name text not null,
    email text not null,
    email_key text collate "C" not null constraint account_email unique,
    password_hash text not null,
    lang text not null constraint account_lang check (lang in ('fr', 'en')),
    is_administrator boolean not null,
    is_demo boolean not null,
    created_at timestamptz not null,
    disabled_at timestamptz
);

create table membership (
    account_id uuid not null constraint membership_account references account (id) on delete cascade,
    institution_id uuid not null constraint membership_institution references institution (id),
    role text not null constraint membership_role check (role in ('student', 'observer', 'officer', 'lead')),
    created_at timestamptz not null,
    primary key (account_id, institution_id)
);

create index membership_by_institution on membership (institution_id);

-- Only hashes of secrets are kept: of sessions, of one-time links, of personal tokens, of kept forms.
create table session (
    id uuid not null primary key,
    token_hash bytea not null constraint session_token unique,
    account_id uuid not null constraint session_account references account (id) on delete cascade,
    agent text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null
);

create index session_by_account on session (account_id);

create table link (
    id uuid not null primary key,
    token_hash bytea not null constraint link_token unique,
    purpose text not null constraint link_purpose check (purpose in ('administrator', 'invitation', 'password')),
    account_id uuid constraint link_account references account (id) on delete cascade,
    email text,
    institution_id uuid constraint link_institution references institution (id),
    role text constraint link_role check (role in ('student', 'observer', 'officer', 'lead')),
    created_by uuid,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);

create index link_by_institution on link (institution_id);

create table token (
    id uuid not null primary key,
    account_id uuid not null constraint token_account references account (id) on delete cascade,
    name text not null,
    token_hash bytea not null constraint token_token unique,
    scope text not null constraint token_scope check (scope in ('read', 'write')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz
);

create index token_by_account on token (account_id);

-- One row for each failed sign-in, by hashed account and by hashed address.
create table attempt (
    id uuid not null primary key,
    subject_hash bytea not null,
    at timestamptz not null
);

create index attempt_by_subject on attempt (subject_hash, at);

-- What was typed into a form that could not be saved yet.
create table kept_form (
    id uuid not null primary key,
    key_hash bytea not null constraint kept_form_key unique,
    account_id uuid constraint kept_form_account references account (id) on delete cascade,
    path text not null,
    body text not null,
    errors text not null,
    kept_at timestamptz not null,
    expires_at timestamptz not null
);

create index kept_form_by_account on kept_form (account_id, path);
create index kept_form_by_expiry on kept_form (expires_at);

create table agreement (
    id uuid not null primary key,
    owner_id uuid constraint agreement_owner references institution (id),
    visibility text not null constraint agreement_visibility check (visibility in ('public', 'parties')),
    published_at timestamptz,
    version bigint not null,
    is_synthetic boolean not null,
    created_by uuid,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- Below: what lists show and filter by, taken from the revision that rules and from the facts.
    ruling_number bigint not null,
    latest_number bigint not null,
    kind text not null constraint agreement_kind check (kind in ('declaration_of_intent', 'framework', 'student_exchange', 'staff_exchange', 'double_degree', 'joint_degree', 'learning_trip', 'research', 'network')),
    title_fr text not null,
    title_en text not null,
    title_key text collate "C" not null,
    starts text,
    ends text,
    is_open_ended boolean not null,
    shared_on date,
    approved_on date,
    signed_on date,
    starts_on date,
    ends_on date,
    -- The same without gaps, to sort by: no start comes first, no end comes last.
    starts_key date not null,
    ends_key date not null,
    terminated_on date,
    renewed_on date
);

create index agreement_by_title on agreement (title_key, id);
create index agreement_by_start on agreement (starts_key, id);
create index agreement_by_end on agreement (ends_key, id);
create index agreement_by_update on agreement (updated_at, id);
create index agreement_by_owner on agreement (owner_id);

create table revision (
    id uuid not null primary key,
    agreement_id uuid not null constraint revision_agreement references agreement (id) on delete cascade,
    number bigint not null constraint revision_number check (number >= 1),
    content text not null,
    content_hash text not null,
    author_id uuid,
    author_name text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    shared_at timestamptz,
    -- Set by the first approval or signature: from then on the content cannot change.
    fixed_at timestamptz,
    constraint revision_once unique (agreement_id, number)
);

create table party (
    agreement_id uuid not null constraint party_agreement references agreement (id) on delete cascade,
    position bigint not null,
    institution_id uuid not null constraint party_institution references institution (id),
    role text not null constraint party_role check (role in ('signatory', 'coordinator', 'associate')),
    reference text,
    primary key (agreement_id, position)
);

create index party_by_institution on party (institution_id, agreement_id);

create table agreement_field (
    agreement_id uuid not null constraint agreement_field_agreement references agreement (id) on delete cascade,
    code text collate "C" not null,
    primary key (agreement_id, code)
);

create index agreement_field_by_code on agreement_field (code, agreement_id);

-- Contacts and announced signatories: beside the content, so that changing them is no revision.
create table party_note (
    agreement_id uuid not null constraint party_note_agreement references agreement (id) on delete cascade,
    institution_id uuid not null constraint party_note_institution references institution (id),
    contacts text not null,
    signatory text,
    signatory_title text,
    signed_on text,
    primary key (agreement_id, institution_id)
);

create table agreement_source (
    agreement_id uuid not null constraint agreement_source_agreement references agreement (id) on delete cascade,
    position bigint not null,
    title text not null,
    url text,
    read_on text,
    note text,
    to_confirm boolean not null,
    primary key (agreement_id, position)
);

create table approval (
    revision_id uuid not null constraint approval_revision references revision (id) on delete cascade,
    institution_id uuid not null constraint approval_institution references institution (id),
    content_hash text not null,
    approved_on date not null,
    evidence text,
    recorded_by uuid,
    recorded_at timestamptz not null,
    primary key (revision_id, institution_id)
);

create table signature (
    revision_id uuid not null constraint signature_revision references revision (id) on delete cascade,
    institution_id uuid not null constraint signature_institution references institution (id),
    signatory text,
    signatory_title text,
    -- As the document says: a day, a month or a year, with a mark where doubtful; none where not given.
    signed_on text,
    -- The last day that may mean; the day of recording where no date is given.
    counts_on date not null,
    evidence text,
    is_on_behalf boolean not null,
    recorded_by uuid,
    recorded_at timestamptz not null,
    primary key (revision_id, institution_id)
);

create table termination (
    agreement_id uuid not null primary key constraint termination_agreement references agreement (id) on delete cascade,
    institution_id uuid constraint termination_institution references institution (id),
    notified_on date not null,
    effective_on date not null,
    is_mutual boolean not null,
    reason text,
    recorded_by uuid,
    recorded_at timestamptz not null
);

create table succession (
    agreement_id uuid not null constraint succession_agreement references agreement (id) on delete cascade,
    successor_id uuid not null constraint succession_successor references agreement (id) on delete cascade,
    kind text not null constraint succession_kind check (kind in ('renewed_by', 'replaced_by')),
    recorded_by uuid,
    recorded_at timestamptz not null,
    primary key (agreement_id, successor_id)
);

create table audit (
    id uuid not null primary key,
    at timestamptz not null,
    account_id uuid,
    account_name text not null,
    office_id uuid,
    action text not null,
    subject_kind text not null,
    subject_id uuid,
    before text,
    after text,
    address text,
    request_id text
);

create index audit_by_time on audit (at, id);
create index audit_by_subject on audit (subject_id, at);

-- Searchable words, folded: of agreements and of institutions. `seq` orders by age.
create table search_entry (
    seq bigint generated always as identity primary key,
    subject_kind text not null constraint search_entry_kind check (subject_kind in ('agreement', 'institution')),
    subject_id uuid not null constraint search_entry_subject unique
);

create table search_words_agreement (
    rowid bigint primary key,
    title tsvector not null,
    body tsvector not null
);

create index search_words_agreement_title on search_words_agreement using gin (title);
create index search_words_agreement_body on search_words_agreement using gin (body);

create table search_words_institution (
    rowid bigint primary key,
    title tsvector not null,
    body tsvector not null
);

create index search_words_institution_title on search_words_institution using gin (title);
create index search_words_institution_body on search_words_institution using gin (body);
