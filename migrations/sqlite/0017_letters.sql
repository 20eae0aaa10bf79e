-- Messages to people without an account. SQLite cannot change a column: the table is made anew with what it holds.

create table outbox_anew (
    id blob not null primary key,
    -- What it tells, to whom: nobody is told anything twice.
    mark text not null constraint outbox_mark unique,
    -- To someone with an account, else to a name and an address.
    account_id blob constraint outbox_account references account (id) on delete cascade,
    to_name text,
    to_email text,
    lang text not null constraint outbox_lang check (lang in ('fr', 'en')),
    subject text not null,
    body_text text not null,
    body_html text not null,
    made_at text not null,
    tries integer not null,
    -- None: it is not tried again.
    next_at text,
    sent_at text,
    failure text,
    constraint outbox_to check ((account_id is null) = (to_name is not null) and (account_id is null) = (to_email is not null))
) strict;

insert into outbox_anew
    (id, mark, account_id, lang, subject, body_text, body_html, made_at, tries, next_at, sent_at, failure)
select id, mark, account_id, lang, subject, body_text, body_html, made_at, tries, next_at, sent_at, failure
from outbox;

drop table outbox;
alter table outbox_anew rename to outbox;

create index outbox_by_next on outbox (next_at);
create index outbox_by_account on outbox (account_id);
