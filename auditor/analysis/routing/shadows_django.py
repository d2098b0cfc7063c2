"""Which of Django's patterns an earlier one takes all requests from.

In: patterns in the order in which the resolver tries them, as `tracking.templates` writes them for comparison. Out: who
was first. Never compares two patterns twice: templates are kept by their segments.
"""

import re

from auditor.analysis.routing.route_templates import covers
from auditor.model.code import DefinitionId

_REST = ("{:rest}", "{:path}")
_OTHER = re.compile(r"\{(?!\}|:int\}|:slug\}|:uuid\})")
"""A parameter that may match anything, a slash or nothing at all too."""


class FirstMatch:
    """The patterns so far, as a tree of segments."""

    def __init__(self) -> None:
        self._root = _Segment()

    def first(self, compared: str) -> DefinitionId | None:
        """Return the handler of a pattern that matches whatever `compared` matches, None where there is none."""
        return self._root.find(compared.split("/"), 0)

    def add(self, compared: str, handler: DefinitionId) -> None:
        """Note a pattern that is always there; the first of two equal ones stays."""
        node = self._root
        for segment in compared.split("/"):
            node = node.children.setdefault(segment, _Segment())
        node.handler = node.handler or handler


class _Segment:
    def __init__(self) -> None:
        self.children: dict[str, _Segment] = {}
        self.handler: DefinitionId | None = None

    def find(self, segments: list[str], position: int) -> DefinitionId | None:
        if position == len(segments):
            return self.handler
        segment = segments[position]
        exact = self.children.get(segment)
        found = exact.find(segments, position + 1) if exact is not None else None
        if found is not None:
            return found
        for token, child in self.children.items():
            if "{" not in token or token == segment:
                continue
            if token in _REST:
                if child.handler is not None and (token == "{:rest}" or segments[position:] != [""]):
                    return child.handler
            elif not _OTHER.search(segment) and covers(token, segment):
                found = child.find(segments, position + 1)
                if found is not None:
                    return found
        return None
