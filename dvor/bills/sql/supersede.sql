-- Newer versions came of these bills.
update bills_bill set superseded_at = %(at)s::timestamptz
where id = any(%(ids)s::bigint[]) and superseded_at is null;
