-- Institutions that turned out to be one: what was written about the one that went, and which one it is. Revisions that
-- name it stay as they were approved; whoever reads them finds the one that stays.

create table institution_alias (
    id blob not null primary key,
    kept_id blob not null constraint institution_alias_kept references institution (id),
    -- JSON, as it was when the two became one.
    draft text not null,
    merged_by blob,
    merged_name text not null,
    merged_at text not null
) strict;

create index institution_alias_by_kept on institution_alias (kept_id);

-- By what it is found again.
create table alias_name (
    alias_id blob not null constraint alias_name_alias references institution_alias (id) on delete cascade,
    language text not null,
    name text not null,
    name_key text not null,
    primary key (alias_id, language)
) strict;

create index alias_name_by_key on alias_name (name_key);

create table alias_identifier (
    alias_id blob not null constraint alias_identifier_alias references institution_alias (id) on delete cascade,
    kind text not null constraint alias_identifier_kind check (kind in ('hei_id', 'erasmus', 'pic', 'oid', 'ror')),
    value text not null,
    is_flagged integer not null constraint alias_identifier_is_flagged_flag check (is_flagged in (0, 1)),
    primary key (alias_id, kind)
) strict;

create index alias_identifier_by_value on alias_identifier (kind, value);
