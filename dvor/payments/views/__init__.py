"""Pages of payments: paying, what became of it, the history, automatic payment."""
