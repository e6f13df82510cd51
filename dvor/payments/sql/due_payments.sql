-- Claims payments that are to be asked about: whoever claims one has it until its next look, which lies the further off
-- the longer it has been open, and never nearer than a call can take.
with due as (
    select id from payments_payment
    where check_at <= %(at)s::timestamptz
    order by check_at
    limit %(batch)s::int
    for update skip locked
)
update payments_payment as payment
set checks_made = payment.checks_made + 1,
    check_at = %(at)s::timestamptz + make_interval(secs => greatest(
        %(lease)s::int,
        coalesce(
            (
                select step.pause
                from unnest(%(ages)s::int[], %(pauses)s::int[]) as step (age, pause)
                where %(at)s::timestamptz - payment.created_at < make_interval(secs => step.age)
                order by step.age
                limit 1
            ),
            %(last)s::int
        )
    ))
from due
where payment.id = due.id
returning payment.id;
