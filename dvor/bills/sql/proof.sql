-- Everything about bills that rows of one table must say of another; up to 1,000 of a sort.
(
    -- sums of the lines against the totals of their bill, of each version
    select 'bill.' || total.part as what, bill.id as subject, total.proven, total.stored
    from bills_bill bill
    left join (
        select bill_id, period,
            sum(payable_kopecks) filter (where "group" <= 4) as charged,
            sum(payable_kopecks) filter (where "group" = 6) as penalty,
            sum(payable_kopecks) filter (where "group" = 5) as insurance
        from bills_line
        group by bill_id, period
    ) line on line.bill_id = bill.id and line.period = bill.period
    cross join lateral (
        values
            ('charged', coalesce(line.charged, 0)::bigint, bill.charged_kopecks),
            ('penalty', coalesce(line.penalty, 0)::bigint, bill.penalty_kopecks),
            ('insurance', coalesce(line.insurance, 0)::bigint, bill.insurance_kopecks)
    ) as total (part, proven, stored)
    where total.proven <> total.stored
    order by bill.id
    limit 1000
)
union all
(
    -- versions of a flat, month and kind: 1, 2, 3 …, the last one stands and no other
    select 'bill.versions', max(id), count(*), max(version)::bigint
    from bills_bill
    group by flat_id, period, kind
    having count(*) <> max(version)
    order by max(id)
    limit 1000
)
union all
(
    select 'bill.current', max(id), 1, count(*) filter (where superseded_at is null)
    from bills_bill
    group by flat_id, period, kind
    having count(*) filter (where superseded_at is null) <> 1
        or max(version) filter (where superseded_at is null) <> max(version)
    order by max(id)
    limit 1000
)
union all
(
    -- lines of a bill that is not there, or in another house than its flat
    select 'line.bill', line.bill_id, bill.house_id, line.house_id
    from (select distinct bill_id, house_id, period from bills_line) line
    left join bills_bill bill on bill.id = line.bill_id
    where bill.id is null or bill.house_id <> line.house_id or bill.period <> line.period
    order by line.bill_id
    limit 1000
);
