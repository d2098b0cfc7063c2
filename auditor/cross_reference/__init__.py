"""Reachability x observations -> findings with a verdict, evidence and what is held back.

In: `Analysis`, `Observations`, the bodies that were live when the window began, the keep-list. Out: `CrossReference`.
Never reads a file, a clock or git: all of that comes in as values.
"""

from auditor.cross_reference.join import CrossReference, cross_reference, with_dates

__all__ = ["CrossReference", "cross_reference", "with_dates"]
