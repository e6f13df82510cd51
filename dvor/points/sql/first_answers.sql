-- The awards of activities that were recorded before, by natural key.
select award.activity_id, award.kind_id, award.subject, award.month, award.points, award.reason,
    award.spendable_at, award.rule_version_id
from unnest(%(kinds)s::smallint[], %(subjects)s::text[], %(months)s::date[]) as asked (kind_id, subject, month)
join points_activity activity
    on activity.kind_id = asked.kind_id and activity.subject = asked.subject and activity.month = asked.month
join points_award award
    on award.resident_id = activity.resident_id and award.recorded_at = activity.recorded_at
    and award.activity_id = activity.id;
