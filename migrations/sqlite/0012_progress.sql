-- Imports that are being carried out, and why one was not.

-- Since when somebody carries it out, while nothing of it is written yet.
alter table import add column started_at text;

-- JSON: why it was not carried out the last time.
alter table import add column failure text;
