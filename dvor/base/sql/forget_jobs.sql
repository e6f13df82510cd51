-- Deletes finished jobs whose last event is older than some days; their events go with them. The queue lives by the
-- database's clock, a demo's shifted one means nothing to it. A part at a time: nobody waits for a long delete.
with old as (
    select job.id
    from procrastinate_jobs as job
    where job.status in ('succeeded', 'failed', 'cancelled', 'aborted')
        and not exists (
            select from procrastinate_events as event
            where event.job_id = job.id and event.at >= now() - make_interval(days => %(days)s::int)
        )
    order by job.id
    limit %(part)s::int
),
gone as (
    delete from procrastinate_jobs as job using old where job.id = old.id returning job.id
)
select count(*) as count from gone;
