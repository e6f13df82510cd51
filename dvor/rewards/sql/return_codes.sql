-- Codes of a cancelled order, which nobody has seen, go back to their pool.
update rewards_promocode set order_id = null, given_at = null, place = null where order_id = %(order_id)s::bigint;
