-- The first act of each resident, of some kinds, whose points can be spent and were not taken back.
select distinct on (award.resident_id) award.resident_id, award.kind_id,
    coalesce(award.spendable_at, award.recorded_at) as earned_at
from points_award award
left join points_reversal reversal on reversal.activity_id = award.activity_id
where award.resident_id = any (%(residents)s::bigint[]) and award.kind_id = any (%(kinds)s::smallint[])
    and award.points > 0 and coalesce(award.spendable_at, award.recorded_at) <= %(at)s::timestamptz
    and reversal.activity_id is null
order by award.resident_id, coalesce(award.spendable_at, award.recorded_at);
