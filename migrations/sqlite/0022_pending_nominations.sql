-- What awaits an office stands in its inbox, which every page counts: the few nominations that someone is to answer are found among
-- all of a flow.
create index nomination_pending on nomination (flow_id) where state in ('offered', 'nominated', 'accepted', 'rejected');
