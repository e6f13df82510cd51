-- Points of open holds go back to the lots they came from; a lot that expired meanwhile is replaced by a fresh short
-- one, so that nobody loses points by an order that did not happen.
with closed as (
    update ledger_hold set closed_at = %(at)s::timestamptz, outcome = %(outcome)s::smallint
    where id = any (%(hold_ids)s::bigint[]) and closed_at is null
    returning id, wallet_id, placed_at
), part as (
    select closed.id, closed.wallet_id, transfer.seq, transfer.amount,
        case when transfer.expires_on < %(day)s::date then %(fresh_lot)s::date else transfer.expires_on end as expires_on
    from closed
    join ledger_transfer transfer on transfer.wallet_id = closed.wallet_id and transfer.posted_at = closed.placed_at
        and transfer.cause_kind = 2 and transfer.cause_id = closed.id and transfer.credit = 2
)
select (select count(*) from closed) as closed, ledger_apply(
    array_agg(wallet_id order by wallet_id, seq), array_agg(2), array_agg(1), array_agg(amount order by wallet_id, seq),
    array_agg(expires_on order by wallet_id, seq), array_agg(2::smallint), array_agg(id order by wallet_id, seq),
    %(at)s::timestamptz) as transfers
from part;
