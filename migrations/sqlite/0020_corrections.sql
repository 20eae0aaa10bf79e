-- What was corrected before someone was put forward again: each field that changed, as it was and as it is.

alter table nomination_event add column corrections text;
