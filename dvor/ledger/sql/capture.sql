-- The points of a hold go to the account that gives the reward. A hold that is closed already, or whose deadline has
-- passed, is left alone.
with captured as (
    update ledger_hold set closed_at = %(at)s::timestamptz, outcome = 1, captured_to = %(account)s::integer
    where id = %(hold_id)s::bigint and closed_at is null and deadline > %(at)s::timestamptz
    returning id, wallet_id, amount
)
select id, ledger_apply(array[wallet_id], array[2], array[%(account)s::integer], array[amount], array[null::date],
    array[2::smallint], array[id], %(at)s::timestamptz) as transfers
from captured;
