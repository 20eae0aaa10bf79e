-- What offices keep about lists: tags on agreements, and views.

create table tag (
    office_id blob not null constraint tag_office references institution (id),
    name_key text not null,
    agreement_id blob not null constraint tag_agreement references agreement (id) on delete cascade,
    name text not null,
    created_by blob,
    created_at text not null,
    primary key (office_id, name_key, agreement_id)
) strict;

create index tag_by_agreement on tag (agreement_id);

-- With an office, everyone in it sees the view.
create table saved_view (
    id blob not null primary key,
    account_id blob not null constraint saved_view_account references account (id) on delete cascade,
    office_id blob constraint saved_view_office references institution (id),
    name text not null,
    query text not null,
    created_at text not null
) strict;

create index saved_view_by_account on saved_view (account_id);
create index saved_view_by_office on saved_view (office_id);
