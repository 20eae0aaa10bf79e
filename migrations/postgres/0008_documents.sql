-- Documents of agreements: files, kept under their ids beside the database, and links.

create table document (
    id uuid not null primary key,
    agreement_id uuid not null constraint document_agreement references agreement (id) on delete cascade,
    -- The revision whose text it holds, where it says so. The document stays when the next one is negotiated.
    revision_number bigint constraint document_revision check (revision_number >= 1),
    kind text not null constraint document_kind check (kind in ('signed_original', 'draft', 'annex', 'translation', 'letter', 'minutes', 'other')),
    title text not null,
    language text,
    visibility text not null constraint document_visibility check (visibility in ('public', 'parties', 'office')),
    -- The office that added it; none where an administrator did.
    office_id uuid constraint document_office references institution (id),
    -- As stated: a day, a month or a year, with a mark where doubtful.
    printed_on text,
    sent_on text,
    signed_on text,
    link text,
    file_name text,
    file_format text constraint document_file_format check (file_format in ('pdf', 'docx', 'odt', 'png', 'jpeg')),
    file_bytes bigint constraint document_file_bytes check (file_bytes >= 1),
    file_sha256 text constraint document_file_sha256 check (length(file_sha256) = 64),
    added_by uuid,
    added_by_name text not null,
    added_at timestamptz not null,
    version bigint not null,
    constraint document_place check (
        (link is null) = (file_name is not null)
        and (file_name is null) = (file_format is null)
        and (file_name is null) = (file_bytes is null)
        and (file_name is null) = (file_sha256 is null)
    )
);

create index document_by_agreement on document (agreement_id, added_at, id);
