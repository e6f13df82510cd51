-- Once revealed an order is final; a cancel that runs at the same moment holds the row, and its outcome decides.
update rewards_order set revealed_at = %(at)s::timestamptz
where id = %(id)s::bigint and fulfilled_at is not null and revealed_at is null and cancelled_at is null
returning id;
