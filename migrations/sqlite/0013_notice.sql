-- Terminations: the notice that was asked for; and of terminations and replacements, whose office recorded them, and when the
-- other parties' offices were written to. None for those recorded before: nobody is told of them.

alter table termination add column notice_months integer;
alter table termination add column office_id blob constraint termination_office references institution (id);
alter table termination add column told_at text;
create index termination_by_office on termination (office_id) where office_id is not null;

alter table succession add column office_id blob constraint succession_office references institution (id);
alter table succession add column told_at text;
create index succession_by_office on succession (office_id) where office_id is not null;
