-- Documents that attest to observations. SQLite cannot change a check: the table is made anew with what it holds.

create table observation_anew (
    id blob not null primary key,
    agreement_id blob not null constraint observation_agreement references agreement (id) on delete cascade,
    -- The commitment's id in the content of revisions: the same in each of them.
    commitment_id blob not null,
    observed_on text not null,
    kind text not null constraint observation_kind check (kind in ('percent', 'count', 'done')),
    -- Hundredths of a percent, a count, or 1 for done.
    value integer not null constraint observation_value check (value >= 0),
    evidence text,
    link text,
    -- The office that noted it; none where an administrator did.
    office_id blob constraint observation_office references institution (id),
    noted_by blob,
    noted_by_name text not null,
    noted_at text not null,
    -- It is never changed; one that was wrong is withdrawn, and stays.
    withdrawn_at text,
    withdrawn_by_name text,
    withdrawal_reason text,
    -- A document of the agreement. As long as it attests to something it is not removed.
    document_id blob constraint observation_document references document (id),
    constraint observation_evidence check (
        evidence is not null or link is not null or document_id is not null
    ),
    constraint observation_withdrawal check (
        (withdrawn_at is null) = (withdrawn_by_name is null)
        and (withdrawn_at is null) = (withdrawal_reason is null)
    )
) strict;

insert into observation_anew
    (id, agreement_id, commitment_id, observed_on, kind, value, evidence, link, office_id, noted_by, noted_by_name, noted_at,
    withdrawn_at, withdrawn_by_name, withdrawal_reason)
select id, agreement_id, commitment_id, observed_on, kind, value, evidence, link, office_id, noted_by, noted_by_name, noted_at,
    withdrawn_at, withdrawn_by_name, withdrawal_reason
from observation;

drop table observation;
alter table observation_anew rename to observation;

create index observation_by_agreement on observation (agreement_id, observed_on, id);
create index observation_by_office on observation (office_id);
create index observation_by_document on observation (document_id) where document_id is not null;
