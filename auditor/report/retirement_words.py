"""The words that every format uses for a retirement.

In: a `Retirement` or parts of it. Out: plain sentences with names in back-quotes.
"""

from auditor.model.retirement import RetireBatch, Retirement, RetireTask
from auditor.report.wording import count

ANSWER = {"go": "Go", "used": "In use: do not begin", "unknown": "Not cleared"}
"""What the pre-flight says, by state."""


def heading(batch: RetireBatch) -> str:
    """Return `Batch 2: tests, services (4 files)`."""
    areas = ", ".join(dict.fromkeys(task.area for task in batch.tasks))
    return f"Batch {batch.number}: {areas} ({count(len(batch.tasks), 'file')})"


def task_title(task: RetireTask) -> str:
    """Return what is done with a file."""
    if task.action == "delete_file":
        return "Delete, once you have seen that it holds nothing else:"
    return "Edit"


def left_of(made: Retirement) -> tuple[int, int]:
    """Return how many files are done, and of how many."""
    tasks = [task for batch in made.batches for task in batch.tasks]
    return sum(task.done for task in tasks), len(tasks)


def barrier(made: Retirement) -> list[str]:
    """Return what must be true before the schema is touched."""
    lines = [
        "All batches above are merged and deployed everywhere: servers, workers, schedulers, scripts.",
        f"Production ran without them for {count(made.preflight.days, 'day')}: no error names the table.",
        "The pre-flight was run again and says Go.",
    ]
    tables = ", ".join(steps.table for steps in made.data)
    return [*lines, f"Nobody else reads or writes {tables}: reports, exports, other services."] if tables else lines
