"""Request logs that live in a warehouse: the same counts as of log files, made where the rows are."""
