"""Who owns what a plan deletes. In: entries of findings, a plan's outline. Out: names. Never reads CODEOWNERS."""

from collections import Counter
from collections.abc import Iterable

from auditor.report.outline import BatchOutline, Entry, flat


def owners_of(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the owners of findings, those of most findings first."""
    met = Counter(owner for entry in flat(entries) for owner in entry.finding.owners)
    return tuple(sorted(met, key=lambda owner: (-met[owner], owner)))


def batch_owners(shape: BatchOutline) -> tuple[str, ...]:
    """Return the owners of what a batch removes, those of most findings first."""
    return owners_of(entry for removal in shape.removals for entry in removal.entries)


def batches_by_owner(batches: Iterable[BatchOutline]) -> dict[str, list[int]]:
    """Return owner -> numbers of the batches that remove something of theirs, owners of most batches first."""
    found: dict[str, list[int]] = {}
    for shape in batches:
        for owner in batch_owners(shape):
            found.setdefault(owner, []).append(shape.batch.number)
    return dict(sorted(found.items(), key=lambda one: (-len(one[1]), one[0])))
