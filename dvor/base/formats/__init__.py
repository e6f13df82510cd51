"""How a language writes moments where a table has little room: the console."""
