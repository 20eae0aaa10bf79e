-- Places: the flows of each agreement as its ruling revision has them, how many places each year has and who takes them, line by
-- line, and the students put forward.

create table pool (
    id blob not null primary key,
    agreement_id blob not null constraint pool_agreement references agreement (id) on delete cascade,
    position integer not null,
    name_fr text not null,
    name_en text not null,
    cap integer,
    cap_period text not null constraint pool_cap_period check (cap_period in ('academic_year', 'agreement')),
    is_dropped integer not null constraint pool_is_dropped_flag check (is_dropped in (0, 1))
) strict;

create index pool_by_agreement on pool (agreement_id, position);

-- Kept in step with the revision that rules, as lists are.
create table flow (
    id blob not null primary key,
    agreement_id blob not null constraint flow_agreement references agreement (id) on delete cascade,
    position integer not null,
    revision_number integer not null,
    kind text not null constraint flow_kind check (kind in ('student_studies', 'student_traineeship', 'staff_teaching', 'staff_training', 'learning_trip')),
    sender_id blob not null constraint flow_sender references institution (id),
    receiver_id blob not null constraint flow_receiver references institution (id),
    pool_id blob constraint flow_pool references pool (id),
    -- First years of the academic years in which it is open, the agreement's own time included; none where not said.
    first_year integer,
    last_year integer,
    cap integer,
    cap_period text not null constraint flow_cap_period check (cap_period in ('academic_year', 'agreement')),
    -- Hundredths of months or days.
    budget integer,
    -- Whether all parties approved the revision, or signed it.
    is_agreed integer not null constraint flow_is_agreed_flag check (is_agreed in (0, 1)),
    -- Whether the revision that rules has it no more.
    is_dropped integer not null constraint flow_is_dropped_flag check (is_dropped in (0, 1)),
    -- What the revision says of it.
    content text not null
) strict;

create index flow_by_agreement on flow (agreement_id, position);
create index flow_by_sender on flow (sender_id, receiver_id, id);
create index flow_by_receiver on flow (receiver_id, sender_id, id);
create index flow_by_pool on flow (pool_id);

-- The cap of a year where it differs; none: not yet agreed.
create table flow_cap (
    flow_id blob not null constraint flow_cap_flow references flow (id) on delete cascade,
    first_year integer not null,
    cap integer,
    primary key (flow_id, first_year)
) strict;

-- What lists of flows filter by.
create table flow_facet (
    flow_id blob not null constraint flow_facet_flow references flow (id) on delete cascade,
    kind text not null constraint flow_facet_kind check (kind in ('level', 'field', 'language', 'term')),
    value text not null,
    primary key (flow_id, kind, value)
) strict;

create index flow_facet_by_value on flow_facet (kind, value, flow_id);

-- The places of a flow, or of a pool, in an academic year; of the whole agreement where the first year is 0. `used` never
-- passes `capacity`.
create table seat_year (
    id blob not null primary key,
    flow_id blob constraint seat_year_flow references flow (id) on delete cascade,
    pool_id blob constraint seat_year_pool references pool (id) on delete cascade,
    first_year integer not null,
    cap integer,
    adjusted integer not null,
    overridden integer not null constraint seat_year_overridden check (overridden >= 0),
    carried integer not null,
    capacity integer not null constraint seat_year_capacity check (capacity = coalesce(cap, 0) + adjusted + overridden + carried and capacity >= 0),
    held integer not null constraint seat_year_held check (held >= 0),
    accepted integer not null constraint seat_year_accepted check (accepted >= 0),
    confirmed integer not null constraint seat_year_confirmed check (confirmed >= 0),
    used integer not null constraint seat_year_used check (used = held + accepted + confirmed and used <= capacity),
    waiting integer not null constraint seat_year_waiting check (waiting >= 0),
    budget integer,
    spent integer not null constraint seat_year_spent check (spent >= 0 and (budget is null or spent <= budget)),
    closed_at text,
    constraint seat_year_of check ((flow_id is null) <> (pool_id is null)),
    constraint seat_year_once unique (flow_id, first_year),
    constraint seat_year_pool_once unique (pool_id, first_year)
) strict;

create table student (
    id blob not null primary key,
    institution_id blob not null constraint student_institution references institution (id),
    name text not null,
    email text not null,
    email_key text not null,
    number text,
    profile text not null,
    version integer not null,
    created_at text not null,
    updated_at text not null,
    constraint student_email unique (institution_id, email_key)
) strict;

create index student_by_email on student (email_key);

create table nomination (
    id blob not null primary key,
    flow_id blob not null constraint nomination_flow references flow (id),
    student_id blob not null constraint nomination_student references student (id),
    seat_id blob not null constraint nomination_seat references seat_year (id),
    pool_seat_id blob constraint nomination_pool_seat references seat_year (id),
    year text not null,
    first_year integer not null,
    term text not null,
    units integer not null constraint nomination_units check (units > 0),
    -- Hundredths of months or days.
    months integer not null constraint nomination_months check (months > 0),
    state text not null constraint nomination_state check (state in ('waitlisted', 'offered', 'nominated', 'accepted', 'confirmed', 'completed', 'rejected', 'withdrawn', 'declined', 'lapsed')),
    since_at text not null,
    -- Since when it is in line; its turn comes by this.
    queued_at text,
    lapses_at text,
    reason text,
    withdrawn_by text constraint nomination_withdrawn_by check (withdrawn_by in ('student', 'home', 'host', 'registry')),
    is_known_to_host integer not null constraint nomination_is_known_to_host_flag check (is_known_to_host in (0, 1)),
    -- The conditions that are not met, why the host is asked all the same, and why it agreed.
    unmet text,
    exception text,
    overruled text,
    version integer not null,
    created_at text not null,
    created_by blob,
    created_by_name text not null,
    constraint nomination_offer check ((state = 'offered') = (lapses_at is not null)),
    constraint nomination_queue check ((state = 'waitlisted') = (queued_at is not null))
) strict;

create unique index nomination_once on nomination (student_id, flow_id, first_year, term) where state not in ('withdrawn', 'declined', 'lapsed');
create index nomination_by_flow on nomination (flow_id, first_year, state);
create index nomination_by_student on nomination (student_id, first_year);
create index nomination_by_line on nomination (seat_id, queued_at, id) where state = 'waitlisted';
create index nomination_by_pool_line on nomination (pool_seat_id, queued_at, id) where state = 'waitlisted';
create index nomination_by_offer on nomination (lapses_at) where state = 'offered';
create index nomination_by_state on nomination (state, since_at);

-- What happened to a nomination.
create table nomination_event (
    id blob not null primary key,
    nomination_id blob not null constraint nomination_event_nomination references nomination (id) on delete cascade,
    at text not null,
    act text not null constraint nomination_event_act check (act in ('nominate', 'queue', 'offer', 'take', 'decline', 'lapse', 'accept', 'reject', 'confirm', 'withdraw', 'complete')),
    by_side text not null constraint nomination_event_by_side check (by_side in ('student', 'home', 'host', 'registry')),
    by_name text not null,
    account_id blob,
    is_on_behalf integer not null constraint nomination_event_is_on_behalf_flag check (is_on_behalf in (0, 1)),
    reason text,
    evidence text,
    -- When those whom it concerns were written to.
    told_at text
) strict;

create index nomination_event_by_nomination on nomination_event (nomination_id, at, id);
create index nomination_event_untold on nomination_event (at, id) where told_at is null;

-- The parts of a year, in twelfths, for which a student has a confirmed place: one for each.
create table nomination_part (
    student_id blob not null constraint nomination_part_student references student (id) on delete cascade,
    first_year integer not null,
    part integer not null,
    nomination_id blob not null constraint nomination_part_nomination references nomination (id) on delete cascade,
    primary key (student_id, first_year, part)
) strict;

create index nomination_part_by_nomination on nomination_part (nomination_id);

-- The ledger: why a year has so many places, and who takes them. Lines are added, never changed.
create table seat_line (
    id blob not null primary key,
    seat_id blob not null constraint seat_line_seat references seat_year (id) on delete cascade,
    at text not null,
    kind text not null constraint seat_line_kind check (kind in ('cap', 'adjustment', 'override', 'carried_in', 'carried_out', 'taken', 'freed')),
    units integer not null,
    -- Hundredths of months or days.
    months integer not null,
    nomination_id blob constraint seat_line_nomination references nomination (id) on delete cascade,
    revision_number integer,
    reason text,
    evidence text,
    account_id blob,
    by_name text not null
) strict;

create index seat_line_by_seat on seat_line (seat_id, at, id);
create index seat_line_by_nomination on seat_line (nomination_id);

-- What was answered to a request that names itself: asked again, it is answered the same and nothing is done.
create table idempotency (
    account_id blob not null constraint idempotency_account references account (id) on delete cascade,
    key text not null,
    request_hash text not null,
    answer text not null,
    made_at text not null,
    primary key (account_id, key)
) strict;

create index idempotency_by_time on idempotency (made_at);

-- What agreements open is computed again at the next start.
update registry set fold_version = 0;
