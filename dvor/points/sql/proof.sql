-- Awards against transfers: read-only, and the one place where points read the ledger's rows.
with moved as (
    select transfer.cause_id as activity_id, transfer.wallet_id, min(wallet.resident_id) as resident_id,
        sum(case when transfer.debit > 5 then transfer.amount else 0 end)::bigint as issued,
        sum(case when transfer.credit > 5 then transfer.amount else 0 end)::bigint as reversed,
        min(case when transfer.debit > 5 then transfer.debit else transfer.credit end) as account,
        max(case when transfer.debit > 5 then transfer.debit else transfer.credit end) as other_account
    from ledger_transfer transfer
    left join ledger_wallet wallet on wallet.id = transfer.wallet_id
    where transfer.cause_kind = 1 and (transfer.debit > 5 or transfer.credit > 5)
    group by transfer.cause_id, transfer.wallet_id
)
select 'award' as what, coalesce(award.activity_id, moved.activity_id)::text as part, moved.wallet_id,
    coalesce(moved.issued, 0) as proven, award.points::bigint as stored
from (select * from points_award where points > 0) award
full join moved on moved.activity_id = award.activity_id
left join points_kind kind on kind.id = award.kind_id
where coalesce(moved.issued, 0) <> coalesce(award.points, 0) or moved.resident_id is distinct from award.resident_id
    or moved.account is distinct from kind.account_id or moved.other_account is distinct from kind.account_id
union all
select 'reversal', coalesce(reversal.activity_id, moved.activity_id)::text, moved.wallet_id,
    coalesce(moved.reversed, 0), reversal.points::bigint
from points_reversal reversal
full join (select * from moved where reversed > 0) moved on moved.activity_id = reversal.activity_id
where coalesce(moved.reversed, 0) <> coalesce(reversal.points, 0)
union all
select 'reversed award', reversal.activity_id::text, null, award.points::bigint, reversal.points::bigint
from points_reversal reversal
left join points_award award on award.resident_id = reversal.resident_id
    and award.recorded_at = reversal.awarded_at and award.activity_id = reversal.activity_id
where award.points is distinct from reversal.points
union all
select 'activity', coalesce(activity.id, award.activity_id)::text, null, activity.resident_id, award.resident_id
from points_activity activity
full join points_award award on award.activity_id = activity.id
where (activity.resident_id, activity.recorded_at, activity.kind_id, activity.subject, activity.month)
    is distinct from (award.resident_id, award.recorded_at, award.kind_id, award.subject, award.month)
union all
select 'spendable', award.activity_id::text, pending.wallet_id, extract(epoch from award.spendable_at)::bigint,
    extract(epoch from pending.matures_at)::bigint
from ledger_pending pending
join ledger_wallet wallet on wallet.id = pending.wallet_id
left join points_award award on award.activity_id = pending.cause_id and award.resident_id = wallet.resident_id
where pending.cause_kind = 1 and award.spendable_at is distinct from pending.matures_at
limit 1000;
