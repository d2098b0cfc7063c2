"""Order of removal: strongly connected pieces together, whoever refers before what it refers to.

In: how many pieces there are and who refers to whom, by position. Out: groups in an order that is the same for the same
input. The only door to rustworkx. Never knows what the pieces are.
"""

from collections.abc import Iterable, Sequence

import rustworkx


def groups(count: int, refers: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Return the strongly connected groups of `count` pieces, each sorted, ordered by their smallest member."""
    found = rustworkx.strongly_connected_components(_graph(count, refers))
    return tuple(sorted(tuple(sorted(int(one) for one in group)) for group in found))


def ordered(count: int, refers: Iterable[tuple[int, int]], keys: Sequence[str]) -> tuple[int, ...]:
    """Return `count` pieces so that whoever refers comes first; among those free to go, the smallest key does.

    The relation must be free of cycles.
    """
    graph = _graph(count, refers)
    return tuple(int(one) for one in rustworkx.lexicographical_topological_sort(graph, lambda node: keys[node]))


def reachable(count: int, refers: Iterable[tuple[int, int]], start: int) -> frozenset[int]:
    """Return the pieces that `start` refers to, directly or through others."""
    return frozenset(int(one) for one in rustworkx.descendants(_graph(count, refers), start))


def _graph(count: int, refers: Iterable[tuple[int, int]]) -> "rustworkx.PyDiGraph[int, None]":
    graph: rustworkx.PyDiGraph[int, None] = rustworkx.PyDiGraph(multigraph=False)
    graph.add_nodes_from(list(range(count)))
    graph.add_edges_from_no_data(sorted({pair for pair in refers if pair[0] != pair[1]}))
    return graph
