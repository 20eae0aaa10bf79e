-- What two institutions owed each other before the registry counted, as one of them sees it.

create table opening_balance (
    institution_id uuid not null constraint opening_balance_institution references institution (id),
    partner_id uuid not null constraint opening_balance_partner references institution (id),
    -- Hundredths of units: above zero where the institution had sent more than it received.
    balance bigint not null,
    reason text not null,
    set_by uuid,
    set_by_name text not null,
    set_at timestamptz not null,
    primary key (institution_id, partner_id)
);

create index opening_balance_by_partner on opening_balance (partner_id);
