-- The address of a student is compared with that of an account: with another collation than its column no index serves.
alter table student alter column email_key type text collate "C";
