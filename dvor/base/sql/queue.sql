-- Signs of life of the workers, and how long the oldest of the next thousand due jobs has been waiting.
with due as (
    select now() - coalesce(job.scheduled_at, event.at) as waiting
    from procrastinate_jobs as job
    join procrastinate_events as event on event.job_id = job.id and event.type = 'deferred'
    where job.status = 'todo' and coalesce(job.scheduled_at, event.at) < now()
    order by job.id
    limit 1000
)
select
    (select now() - max(last_heartbeat) from procrastinate_workers) as since_heartbeat,
    (select max(waiting) from due) as oldest_waiting;
