-- Withdraws (at), hides (at) or restores (no time) all cards of the subjects; answers how many were changed.
with marked as (
    update feed_entry
    set withdrawn_at = case when %(withdrawing)s then %(at)s::timestamptz else withdrawn_at end,
        hidden_at = case when %(withdrawing)s then hidden_at else %(at)s::timestamptz end
    where subject = any(%(subjects)s::text[])
        and case when %(withdrawing)s then withdrawn_at else hidden_at end is null = (%(at)s::timestamptz is not null)
    returning 1
)
select count(*) as marked from marked;
