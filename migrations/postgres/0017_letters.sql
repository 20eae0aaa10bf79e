-- Messages to people without an account.

-- To someone with an account, else to a name and an address.
alter table outbox alter column account_id drop not null;
alter table outbox add column to_name text;
alter table outbox add column to_email text;
alter table outbox add constraint outbox_to check ((account_id is null) = (to_name is not null) and (account_id is null) = (to_email is not null));
