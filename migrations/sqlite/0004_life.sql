-- The end of an agreement and what follows it: what attests to a termination, and reports of mass renewals.

alter table termination add column evidence text;

alter table termination add column is_on_behalf integer not null default 0 constraint termination_is_on_behalf_flag check (is_on_behalf in (0, 1));

create index succession_by_successor on succession (successor_id);

-- `report` is JSON: which agreements were renewed by which drafts, and which were not, with the reason.
create table mass_renewal (
    id blob not null primary key,
    account_id blob,
    account_name text not null,
    office_id blob constraint mass_renewal_office references institution (id),
    recorded_at text not null,
    report text not null
) strict;

create index mass_renewal_by_account on mass_renewal (account_id, recorded_at);
