select award.activity_id, award.recorded_at, award.occurred_on, award.kind_id, award.subject, award.month, award.points,
    award.reason, award.spendable_at, award.rule_version_id, reversal.reversed_at, reversal.reason as reversal_reason
from points_award award
left join points_reversal reversal on reversal.activity_id = award.activity_id
where award.resident_id = %(resident_id)s::bigint
    and (%(since)s::timestamptz is null or award.recorded_at >= %(since)s::timestamptz)
    and (%(until)s::timestamptz is null or award.recorded_at < %(until)s::timestamptz)
    and (%(kind_id)s::smallint is null or award.kind_id = %(kind_id)s::smallint)
order by award.recorded_at desc
fetch first (%(limit)s::integer) rows with ties;
