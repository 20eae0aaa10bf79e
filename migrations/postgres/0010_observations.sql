-- Observations of commitments: facts beside the content of an agreement, which holds the commitments themselves.

create table observation (
    id uuid not null primary key,
    agreement_id uuid not null constraint observation_agreement references agreement (id) on delete cascade,
    -- The commitment's id in the content of revisions: the same in each of them.
    commitment_id uuid not null,
    observed_on date not null,
    kind text not null constraint observation_kind check (kind in ('percent', 'count', 'done')),
    -- Hundredths of a percent, a count, or 1 for done.
    value bigint not null constraint observation_value check (value >= 0),
    evidence text,
    link text,
    -- The office that noted it; none where an administrator did.
    office_id uuid constraint observation_office references institution (id),
    noted_by uuid,
    noted_by_name text not null,
    noted_at timestamptz not null,
    -- It is never changed; one that was wrong is withdrawn, and stays.
    withdrawn_at timestamptz,
    withdrawn_by_name text,
    withdrawal_reason text,
    constraint observation_evidence check (evidence is not null or link is not null),
    constraint observation_withdrawal check (
        (withdrawn_at is null) = (withdrawn_by_name is null)
        and (withdrawn_at is null) = (withdrawal_reason is null)
    )
);

create index observation_by_agreement on observation (agreement_id, observed_on, id);
create index observation_by_office on observation (office_id);

-- Which parties answer for a commitment of the revision that rules. Kept in step with the content, as lists are.
create table commitment_owner (
    agreement_id uuid not null constraint commitment_owner_agreement references agreement (id) on delete cascade,
    institution_id uuid not null constraint commitment_owner_institution references institution (id),
    primary key (agreement_id, institution_id)
);

create index commitment_owner_by_institution on commitment_owner (institution_id);
