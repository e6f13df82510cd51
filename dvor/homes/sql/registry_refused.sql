-- The refused rows in the order of the file, a page at a time: a file may be wrong a million times.
select row, fault, value, other, other_flat from homes_registry_refused
where row > %(after)s::int order by row limit %(limit)s::int;
