"""The floor: `ast.parse` of every Python file of a tree, and nothing else. A program of its own.

In: a directory and a number of processes. Out: one line of JSON: files, those that do not parse, processes. It imports
little, collects no cycles, and splits the work by size, so that nothing could parse much faster in pure Python.
"""

import ast
import gc
import json
import os
import sys
import warnings

_PART = 200_000


def _sources(root: str) -> list[tuple[int, str]]:
    """Return size and path of every Python file."""
    found = []
    for place, _, names in os.walk(root):
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(place, name)  # noqa: PTH118 -- pathlib takes a noticeable part of the time
                if os.path.isfile(path):  # noqa: PTH113 -- as above
                    found.append((os.path.getsize(path), path))  # noqa: PTH202 -- as above
    return found


def parts(sources: list[tuple[int, str]], size: int = _PART) -> list[list[str]]:
    """Return the paths in parts of about equal size, those with the largest files first."""
    cut: list[list[str]] = []
    room = 0
    for length, path in sorted(sources, reverse=True):
        if room <= 0:
            cut.append([])
            room = size
        cut[-1].append(path)
        room -= length
    return cut


def parse(paths: list[str]) -> int:
    """Parse files; return how many do not parse."""
    failed = 0
    for path in paths:
        with open(path, "rb") as file:  # noqa: PTH123 -- as above
            source = file.read()
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            failed += 1
    return failed


def main() -> None:
    """Parse everything in one process or in several."""
    root, jobs = sys.argv[1], int(sys.argv[2])
    gc.disable()
    warnings.simplefilter("ignore")
    sources = _sources(root)
    if jobs == 1:
        failed = parse([path for _, path in sources])
    else:
        import multiprocessing

        with multiprocessing.get_context("fork").Pool(jobs) as pool:
            failed = sum(pool.imap_unordered(parse, parts(sources)))
    print(json.dumps({"files": len(sources), "unparsed": failed, "jobs": jobs}))


if __name__ == "__main__":
    main()
