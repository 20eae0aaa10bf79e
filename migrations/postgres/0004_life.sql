-- The end of an agreement and what follows it: what attests to a termination, and reports of mass renewals.

alter table termination add column evidence text;

alter table termination add column is_on_behalf boolean not null default false;

create index succession_by_successor on succession (successor_id);

-- `report` is JSON: which agreements were renewed by which drafts, and which were not, with the reason.
create table mass_renewal (
    id uuid not null primary key,
    account_id uuid,
    account_name text not null,
    office_id uuid constraint mass_renewal_office references institution (id),
    recorded_at timestamptz not null,
    report text not null
);

create index mass_renewal_by_account on mass_renewal (account_id, recorded_at);
