-- The open business days of an account among some days. Days that are missing are opened; with `again` also days that
-- were closed: what is late opens their correction. The caller holds the account.
with asked as (
    select distinct one.day from unnest(%(days)s::date[]) as one (day)
), known as (
    select day.day, max(day.turn) as turns, max(day.id) filter (where day.closed_at is null) as id
    from settlements_day as day join asked on asked.day = day.day
    where day.account_id = %(account_id)s::bigint
    group by day.day
), opened as (
    insert into settlements_day
        (account_id, day, turn, opened_at, expected_kopecks, received_kopecks, commission_kopecks, explained_kopecks,
         direct_kopecks, open_count)
    select %(account_id)s::bigint, asked.day, coalesce(known.turns, 0) + 1, %(at)s::timestamptz, 0, 0, 0, 0, 0, 0
    from asked left join known on known.day = asked.day
    where known.turns is null or (known.id is null and %(again)s::boolean)
    returning id, day
)
select id, day from known where id is not null
union all
select id, day from opened;
