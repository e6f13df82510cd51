select award.kind_id, award.points, award.reason, award.spendable_at, award.rule_version_id, activity.level,
    activity.occurred_at, activity.sum_kopecks, version.since, reversal.reversed_at, reversal.reason as reversal_reason
from points_activity activity
join points_award award
    on award.resident_id = activity.resident_id and award.recorded_at = activity.recorded_at
    and award.activity_id = activity.id
left join points_ruleversion version on version.id = award.rule_version_id
left join points_reversal reversal on reversal.activity_id = award.activity_id
where activity.kind_id = %(kind)s::smallint and activity.subject = %(subject)s and activity.month = %(month)s::date;
