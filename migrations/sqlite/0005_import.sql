-- Imports: what the rows of a file did, so that it can be told, and undone while nothing else touched them.

create table import (
    id blob not null primary key,
    kind text not null constraint import_kind check (kind in ('institutions', 'agreements')),
    file_name text not null,
    file_hash text not null,
    state text not null constraint import_state check (state in ('read', 'done', 'undone')),
    -- The cells of the file and what its columns mean, until it is carried out.
    sheet text,
    mapping text,
    counts text not null,
    created_by blob,
    created_name text not null,
    created_at text not null,
    done_at text,
    undone_at text
) strict;

create index import_by_time on import (created_at, id);

-- Of each row that was not simply the same: what it did, why not all of it, and what was there before.
create table import_row (
    import_id blob not null constraint import_row_import references import (id) on delete cascade,
    number integer not null,
    label text not null,
    outcome text not null constraint import_row_outcome check (outcome in ('new', 'same', 'changed', 'refused')),
    reasons text not null,
    subject_id blob,
    before text,
    -- The version it left behind: another one says that somebody touched it.
    version integer,
    primary key (import_id, number)
) strict;

create index import_row_by_subject on import_row (subject_id);

-- Whatever refers to an institution is found when one is deleted.
create index institution_by_successor on institution (successor_id);
create index party_note_by_institution on party_note (institution_id);
create index approval_by_institution on approval (institution_id);
create index signature_by_institution on signature (institution_id);
create index termination_by_institution on termination (institution_id);
create index comment_by_office on comment (office_id);
