-- The registry: institutions, agreements, people, and what was done.
-- SQLite and PostgreSQL hold the same tables and columns; a test compares them.

create table registry (
    id integer not null primary key constraint registry_single check (id = 1),
    revision integer not null,
    holds_demo integer not null constraint registry_holds_demo_flag check (holds_demo in (0, 1))
) strict;

insert into registry (id, revision, holds_demo) values (1, 1, 0);

create table institution (
    id blob not null primary key,
    kind text not null constraint institution_kind check (kind in ('university', 'grande_ecole', 'school', 'unit', 'network', 'group', 'research_body', 'public_authority', 'state_corps', 'agency', 'company', 'association')),
    country text not null,
    city text,
    latitude real,
    longitude real,
    site text,
    parent_id blob constraint institution_parent references institution (id),
    successor_id blob constraint institution_successor references institution (id),
    name_key text not null,
    is_synthetic integer not null constraint institution_is_synthetic_flag check (is_synthetic in (0, 1)),
    version integer not null,
    created_at text not null,
    updated_at text not null
) strict;

create index institution_by_name on institution (name_key, id);
create index institution_by_country on institution (country, name_key, id);
create index institution_by_parent on institution (parent_id);

create table institution_name (
    institution_id blob not null constraint institution_name_institution references institution (id) on delete cascade,
    language text not null,
    name text not null,
    name_key text not null,
    primary key (institution_id, language)
) strict;

create index institution_name_by_key on institution_name (name_key);

create table identifier (
    institution_id blob not null constraint identifier_institution references institution (id) on delete cascade,
    kind text not null constraint identifier_kind check (kind in ('hei_id', 'erasmus', 'pic', 'oid', 'ror')),
    value text not null,
    is_flagged integer not null constraint identifier_is_flagged_flag check (is_flagged in (0, 1)),
    primary key (institution_id, kind)
) strict;

create unique index identifier_value on identifier (kind, value) where not is_flagged;

create table account (
    id blob not null primary key,
    name text not null,
    email text not null,
    email_key text not null constraint account_email unique,
    password_hash text not null,
    lang text not null constraint account_lang check (lang in ('fr', 'en')),
    is_administrator integer not null constraint account_is_administrator_flag check (is_administrator in (0, 1)),
    is_demo integer not null constraint account_is_demo_flag check (is_demo in (0, 1)),
    created_at text not null,
    disabled_at text
) strict;

create table membership (
    account_id blob not null constraint membership_account references account (id) on delete cascade,
    institution_id blob not null constraint membership_institution references institution (id),
    role text not null constraint membership_role check (role in ('student', 'observer', 'officer', 'lead')),
    created_at text not null,
    primary key (account_id, institution_id)
) strict;

create index membership_by_institution on membership (institution_id);

-- Only hashes of secrets are kept: of sessions, of one-time links, of personal tokens, of kept forms.
create table session (
    id blob not null primary key,
    token_hash blob not null constraint session_token unique,
    account_id blob not null constraint session_account references account (id) on delete cascade,
    agent text not null,
    created_at text not null,
    seen_at text not null,
    expires_at text not null
) strict;

create index session_by_account on session (account_id);

create table link (
    id blob not null primary key,
    token_hash blob not null constraint link_token unique,
    purpose text not null constraint link_purpose check (purpose in ('administrator', 'invitation', 'password')),
    account_id blob constraint link_account references account (id) on delete cascade,
    email text,
    institution_id blob constraint link_institution references institution (id),
    role text constraint link_role check (role in ('student', 'observer', 'officer', 'lead')),
    created_by blob,
    created_at text not null,
    expires_at text not null,
    used_at text
) strict;

create index link_by_institution on link (institution_id);

create table token (
    id blob not null primary key,
    account_id blob not null constraint token_account references account (id) on delete cascade,
    name text not null,
    token_hash blob not null constraint token_token unique,
    scope text not null constraint token_scope check (scope in ('read', 'write')),
    created_at text not null,
    expires_at text not null,
    used_at text,
    revoked_at text
) strict;

create index token_by_account on token (account_id);

-- One row for each failed sign-in, by hashed account and by hashed address.
create table attempt (
    id blob not null primary key,
    subject_hash blob not null,
    at text not null
) strict;

create index attempt_by_subject on attempt (subject_hash, at);

-- What was typed into a form that could not be saved yet.
create table kept_form (
    id blob not null primary key,
    key_hash blob not null constraint kept_form_key unique,
    account_id blob constraint kept_form_account references account (id) on delete cascade,
    path text not null,
    body text not null,
    errors text not null,
    kept_at text not null,
    expires_at text not null
) strict;

create index kept_form_by_account on kept_form (account_id, path);
create index kept_form_by_expiry on kept_form (expires_at);

create table agreement (
    id blob not null primary key,
    owner_id blob constraint agreement_owner references institution (id),
    visibility text not null constraint agreement_visibility check (visibility in ('public', 'parties')),
    published_at text,
    version integer not null,
    is_synthetic integer not null constraint agreement_is_synthetic_flag check (is_synthetic in (0, 1)),
    created_by blob,
    created_at text not null,
    updated_at text not null,
    -- Below: what lists show and filter by, taken from the revision that rules and from the facts.
    ruling_number integer not null,
    latest_number integer not null,
    kind text not null constraint agreement_kind check (kind in ('declaration_of_intent', 'framework', 'student_exchange', 'staff_exchange', 'double_degree', 'joint_degree', 'learning_trip', 'research', 'network')),
    title_fr text not null,
    title_en text not null,
    title_key text not null,
    starts text,
    ends text,
    is_open_ended integer not null constraint agreement_is_open_ended_flag check (is_open_ended in (0, 1)),
    shared_on text,
    approved_on text,
    signed_on text,
    starts_on text,
    ends_on text,
    -- The same without gaps, to sort by: no start comes first, no end comes last.
    starts_key text not null,
    ends_key text not null,
    terminated_on text,
    renewed_on text
) strict;

create index agreement_by_title on agreement (title_key, id);
create index agreement_by_start on agreement (starts_key, id);
create index agreement_by_end on agreement (ends_key, id);
create index agreement_by_update on agreement (updated_at, id);
create index agreement_by_owner on agreement (owner_id);

create table revision (
    id blob not null primary key,
    agreement_id blob not null constraint revision_agreement references agreement (id) on delete cascade,
    number integer not null constraint revision_number check (number >= 1),
    content text not null,
    content_hash text not null,
    author_id blob,
    author_name text not null,
    created_at text not null,
    updated_at text not null,
    shared_at text,
    -- Set by the first approval or signature: from then on the content cannot change.
    fixed_at text,
    constraint revision_once unique (agreement_id, number)
) strict;

create table party (
    agreement_id blob not null constraint party_agreement references agreement (id) on delete cascade,
    position integer not null,
    institution_id blob not null constraint party_institution references institution (id),
    role text not null constraint party_role check (role in ('signatory', 'coordinator', 'associate')),
    reference text,
    primary key (agreement_id, position)
) strict;

create index party_by_institution on party (institution_id, agreement_id);

create table agreement_field (
    agreement_id blob not null constraint agreement_field_agreement references agreement (id) on delete cascade,
    code text not null,
    primary key (agreement_id, code)
) strict;

create index agreement_field_by_code on agreement_field (code, agreement_id);

-- Contacts and announced signatories: beside the content, so that changing them is no revision.
create table party_note (
    agreement_id blob not null constraint party_note_agreement references agreement (id) on delete cascade,
    institution_id blob not null constraint party_note_institution references institution (id),
    contacts text not null,
    signatory text,
    signatory_title text,
    signed_on text,
    primary key (agreement_id, institution_id)
) strict;

create table agreement_source (
    agreement_id blob not null constraint agreement_source_agreement references agreement (id) on delete cascade,
    position integer not null,
    title text not null,
    url text,
    read_on text,
    note text,
    to_confirm integer not null constraint agreement_source_to_confirm_flag check (to_confirm in (0, 1)),
    primary key (agreement_id, position)
) strict;

create table approval (
    revision_id blob not null constraint approval_revision references revision (id) on delete cascade,
    institution_id blob not null constraint approval_institution references institution (id),
    content_hash text not null,
    approved_on text not null,
    evidence text,
    recorded_by blob,
    recorded_at text not null,
    primary key (revision_id, institution_id)
) strict;

create table signature (
    revision_id blob not null constraint signature_revision references revision (id) on delete cascade,
    institution_id blob not null constraint signature_institution references institution (id),
    signatory text,
    signatory_title text,
    -- As the document says: a day, a month or a year, with a mark where doubtful; none where not given.
    signed_on text,
    -- The last day that may mean; the day of recording where no date is given.
    counts_on text not null,
    evidence text,
    is_on_behalf integer not null constraint signature_is_on_behalf_flag check (is_on_behalf in (0, 1)),
    recorded_by blob,
    recorded_at text not null,
    primary key (revision_id, institution_id)
) strict;

create table termination (
    agreement_id blob not null primary key constraint termination_agreement references agreement (id) on delete cascade,
    institution_id blob constraint termination_institution references institution (id),
    notified_on text not null,
    effective_on text not null,
    is_mutual integer not null constraint termination_is_mutual_flag check (is_mutual in (0, 1)),
    reason text,
    recorded_by blob,
    recorded_at text not null
) strict;

create table succession (
    agreement_id blob not null constraint succession_agreement references agreement (id) on delete cascade,
    successor_id blob not null constraint succession_successor references agreement (id) on delete cascade,
    kind text not null constraint succession_kind check (kind in ('renewed_by', 'replaced_by')),
    recorded_by blob,
    recorded_at text not null,
    primary key (agreement_id, successor_id)
) strict;

create table audit (
    id blob not null primary key,
    at text not null,
    account_id blob,
    account_name text not null,
    office_id blob,
    action text not null,
    subject_kind text not null,
    subject_id blob,
    before text,
    after text,
    address text,
    request_id text
) strict;

create index audit_by_time on audit (at, id);
create index audit_by_subject on audit (subject_id, at);

-- Searchable words, folded: of agreements and of institutions. `seq` orders by age.
create table search_entry (
    seq integer not null primary key,
    subject_kind text not null constraint search_entry_kind check (subject_kind in ('agreement', 'institution')),
    subject_id blob not null constraint search_entry_subject unique
) strict;

create virtual table search_words_agreement using fts5 (title, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0 categories ''L* N* M* So Co''', prefix = '2 3');
create virtual table search_words_institution using fts5 (title, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0 categories ''L* N* M* So Co''', prefix = '2 3');
