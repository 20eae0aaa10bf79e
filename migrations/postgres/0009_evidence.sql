-- Documents that attest to approvals, signatures and terminations. Such a document is not removed.

alter table approval add column document_id uuid constraint approval_document references document (id);
create index approval_by_document on approval (document_id) where document_id is not null;

alter table signature add column document_id uuid constraint signature_document references document (id);
create index signature_by_document on signature (document_id) where document_id is not null;

alter table termination add column document_id uuid constraint termination_document references document (id);
create index termination_by_document on termination (document_id) where document_id is not null;
