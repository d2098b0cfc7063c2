"""Logs of events, one JSON object a line, to daily counts: fields, names, outcomes, what was counted before."""
