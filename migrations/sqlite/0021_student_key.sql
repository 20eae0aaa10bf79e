-- SQLite compares texts by their bytes as it is: only PostgreSQL's column needs a collation.
select 1;
