-- Lists sort by what they show, in either language. The keys are computed by the program: `fold_version` says by which
-- of its rules, and 0 that it has to compute them again.

alter table registry add column fold_version integer not null default 0;

alter table institution rename column name_key to name_key_fr;
alter table institution add column name_key_en text not null default '';
drop index institution_by_name;
drop index institution_by_country;
create index institution_by_name_fr on institution (name_key_fr, id);
create index institution_by_name_en on institution (name_key_en, id);
create index institution_by_country_fr on institution (country, name_key_fr, id);
create index institution_by_country_en on institution (country, name_key_en, id);

alter table agreement rename column title_key to title_key_fr;
alter table agreement add column title_key_en text not null default '';
drop index agreement_by_title;
create index agreement_by_title_fr on agreement (title_key_fr, id);
create index agreement_by_title_en on agreement (title_key_en, id);
