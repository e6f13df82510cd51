-- Months without a partition of their own that can still get one: the default partition holds none of their lines.
select asked.month
from unnest(%(months)s::date[]) as asked (month)
where to_regclass('bills_line_' || to_char(asked.month, 'YYYYMM')) is null
    and not exists (select from bills_line_other where period = asked.month)
order by asked.month;
