-- Nominations are looked up by the name of the student, in the spelling of searches. The program computes it: see `fold_version`.
alter table student add column name_key text collate "C" not null default '';
