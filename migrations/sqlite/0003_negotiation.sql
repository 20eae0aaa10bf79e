-- Negotiation: revisions that were dropped, approvals on behalf, comments, and whom an agreement waits for.

alter table revision add column dropped_at text;

alter table approval add column is_on_behalf integer not null default 0 constraint approval_is_on_behalf_flag check (is_on_behalf in (0, 1));

-- Taken from the facts, like the columns of `agreement` that lists show.
create table awaiting (
    agreement_id blob not null constraint awaiting_agreement references agreement (id) on delete cascade,
    institution_id blob not null constraint awaiting_institution references institution (id),
    what text not null constraint awaiting_what check (what in ('approval', 'signature')),
    since text not null,
    primary key (agreement_id, institution_id)
) strict;

create index awaiting_by_institution on awaiting (institution_id, since);

-- Parties of the revision under negotiation that are none of the one that rules: they take part, too.
create table invited_party (
    agreement_id blob not null constraint invited_party_agreement references agreement (id) on delete cascade,
    institution_id blob not null constraint invited_party_institution references institution (id),
    primary key (agreement_id, institution_id)
) strict;

create index invited_party_by_institution on invited_party (institution_id, agreement_id);

create table comment (
    id blob not null primary key,
    revision_id blob not null constraint comment_revision references revision (id) on delete cascade,
    author_id blob,
    author_name text not null,
    office_id blob constraint comment_office references institution (id),
    body text not null,
    written_at text not null
) strict;

create index comment_by_revision on comment (revision_id, written_at);
