insert into base_attempt as attempt (act, actor, window_start, count)
values (%(act)s, %(actor)s, %(window_start)s, 1)
on conflict (act, actor, window_start) do update set count = attempt.count + 1
returning attempt.count;
