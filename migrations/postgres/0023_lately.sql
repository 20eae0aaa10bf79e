-- What others did lately stands in an office's inbox, too: it is found by the office's flows. PostgreSQL finds it by time, newest first,
-- where these are many.
create index nomination_lately on nomination (flow_id, since_at) where state in ('confirmed', 'withdrawn', 'declined', 'lapsed');
create index nomination_by_time on nomination (since_at) where state in ('confirmed', 'withdrawn', 'declined', 'lapsed');
