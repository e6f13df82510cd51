-- Paid awards by natural key that were not taken back yet.
select award.activity_id, award.resident_id, award.recorded_at, award.points, kind.account_id, kind.currency
from unnest(%(kinds)s::smallint[], %(subjects)s::text[], %(months)s::date[]) as asked (kind_id, subject, month)
join points_activity activity
    on activity.kind_id = asked.kind_id and activity.subject = asked.subject and activity.month = asked.month
join points_award award
    on award.resident_id = activity.resident_id and award.recorded_at = activity.recorded_at
    and award.activity_id = activity.id
join points_kind kind on kind.id = award.kind_id
where award.points > 0 and not exists (select from points_reversal where activity_id = award.activity_id)
order by award.activity_id;
