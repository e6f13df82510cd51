-- What residents' own transfers paid of some bills, in any version of the same document. Reads downward: bills_bill.
select bill.id as bill_id, sum(match.kopecks)::bigint as kopecks
from bills_bill as bill
join bills_bill as version
    on version.flat_id = bill.flat_id and version.period = bill.period and version.kind = bill.kind
join settlements_match as match on match.bill_id = version.id
where bill.id = any(%(bills)s::bigint[])
group by bill.id;
