-- What an institution was owed, or owed, in a pool before the registry counted, as it says itself.

create table pool_opening (
    institution_id uuid not null constraint pool_opening_institution references institution (id),
    pool_id uuid not null constraint pool_opening_pool references pool (id) on delete cascade,
    -- Hundredths of units: above zero where the institution had sent more than it received.
    balance bigint not null,
    reason text not null,
    set_by uuid,
    set_by_name text not null,
    set_at timestamptz not null,
    primary key (institution_id, pool_id)
);

create index pool_opening_by_pool on pool_opening (pool_id);
