-- Undoes a capture once: the points return from the account that received them to the lots they came from.
with undone as (
    update ledger_hold set reversed_at = %(at)s::timestamptz
    where id = %(hold_id)s::bigint and outcome = 1 and reversed_at is null
    returning id, wallet_id, placed_at, captured_to
), part as (
    select undone.id, undone.wallet_id, undone.captured_to, transfer.seq, transfer.amount,
        case when transfer.expires_on < %(day)s::date then %(fresh_lot)s::date else transfer.expires_on end as expires_on
    from undone
    join ledger_transfer transfer on transfer.wallet_id = undone.wallet_id and transfer.posted_at = undone.placed_at
        and transfer.cause_kind = 2 and transfer.cause_id = undone.id and transfer.credit = 2
)
select (select count(*) from undone) as undone, ledger_apply(
    array_agg(wallet_id order by seq), array_agg(captured_to order by seq), array_agg(1),
    array_agg(amount order by seq), array_agg(expires_on order by seq), array_agg(2::smallint), array_agg(id),
    %(at)s::timestamptz) as transfers
from part;
