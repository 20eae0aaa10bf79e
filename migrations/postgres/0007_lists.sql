-- What offices keep about lists: tags on agreements, and views.

create table tag (
    office_id uuid not null constraint tag_office references institution (id),
    name_key text collate "C" not null,
    agreement_id uuid not null constraint tag_agreement references agreement (id) on delete cascade,
    name text not null,
    created_by uuid,
    created_at timestamptz not null,
    primary key (office_id, name_key, agreement_id)
);

create index tag_by_agreement on tag (agreement_id);

-- With an office, everyone in it sees the view.
create table saved_view (
    id uuid not null primary key,
    account_id uuid not null constraint saved_view_account references account (id) on delete cascade,
    office_id uuid constraint saved_view_office references institution (id),
    name text not null,
    query text not null,
    created_at timestamptz not null
);

create index saved_view_by_account on saved_view (account_id);
create index saved_view_by_office on saved_view (office_id);
