-- Documents that attest to observations.

alter table observation add column document_id uuid constraint observation_document references document (id);
create index observation_by_document on observation (document_id) where document_id is not null;

alter table observation drop constraint observation_evidence;
alter table observation add constraint observation_evidence check (
    evidence is not null or link is not null or document_id is not null
);
