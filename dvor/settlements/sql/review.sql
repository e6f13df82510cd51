-- Tells the gaps of an account's open days as differences: new ones, changed ones, those that are gone.
-- A gap is told once money of the day came, a statement of a later day is there, or the day is long over: before that
-- the money may be on its way. Kinds: 1 no money, 2 no payment, 3 other sum, 4 one transfer too much.
with state as (
    select day.id, day.gap_kopecks as gap,
        case
            when day.received_kopecks = 0 and day.gap_kopecks > 0 then 1
            when day.expected_kopecks = 0 and day.explained_kopecks = 0 then 2
            when transfers.alike and transfers.several then 4
            else 3
        end as kind
    from settlements_day as day
    cross join lateral (
        select count(*) > 1 as several,
            coalesce(bool_or(match.kopecks + match.commission_kopecks = - day.gap_kopecks), false) as alike
        from settlements_match as match where match.day_id = day.id and match.bill_id is null
    ) as transfers
    where day.account_id = %(account_id)s::bigint and day.closed_at is null
        and (
            day.received_kopecks > 0
            or day.day < %(forgotten)s::date
            or exists (
                select from settlements_statement as statement
                where statement.account_id = day.account_id and statement.until > day.day
            )
        )
), standing as (
    select difference.id, difference.day_id from settlements_difference as difference
    join state on state.id = difference.day_id
    where difference.entry_id is null and difference.resolved_at is null and difference.gone_at is null
), gone as (
    update settlements_difference as difference set gone_at = %(at)s::timestamptz
    from standing join state on state.id = standing.day_id
    where difference.id = standing.id and state.gap = 0
    returning difference.id
), changed as (
    update settlements_difference as difference set kopecks = state.gap, kind = state.kind
    from standing join state on state.id = standing.day_id
    where difference.id = standing.id and state.gap <> 0
        and (difference.kopecks, difference.kind) is distinct from (state.gap, state.kind)
    returning difference.id
), found as (
    insert into settlements_difference (day_id, kind, code, kopecks, found_at, reason)
    select state.id, state.kind, 'gap', state.gap, %(at)s::timestamptz, ''
    from state left join standing on standing.day_id = state.id
    where state.gap <> 0 and standing.id is null
    returning id
)
select (select count(*) from found) as found, (select count(*) from changed) as changed,
    (select count(*) from gone) as gone;
