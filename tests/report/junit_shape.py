"""What Jenkins and GitLab document of JUnit XML: elements, what may stand in them, their attributes."""

from collections.abc import Iterator
from xml.etree import ElementTree

_NUMBERS = {"tests", "failures", "errors", "skipped"}
# element -> (elements it may hold, attributes it must have, attributes it may have)
SHAPE: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"testsuite"}, set(), {"name", "time", *_NUMBERS}),
    "testsuite": (
        {"properties", "testcase", "system-out", "system-err"}, {"name", "tests"},
        {"time", "timestamp", "hostname", "package", "id", *_NUMBERS},
    ),
    "testcase": (
        {"failure", "error", "skipped", "system-out", "system-err"}, {"name", "classname"},
        {"time", "file", "line", "assertions", "status"},
    ),
    "failure": (set(), set(), {"message", "type"}),
    "error": (set(), set(), {"message", "type"}),
    "skipped": (set(), set(), {"message", "type"}),
    "system-out": (set(), set(), set()),
}  # fmt: skip


def problems(text: str) -> list[str]:
    """Return what would keep a report from being shown; the text must be well-formed."""
    root = ElementTree.fromstring(text.encode())
    return [] if root.tag == "testsuites" and not (wrong := list(_wrong(root))) else [root.tag, *wrong]


def _wrong(element: ElementTree.Element) -> Iterator[str]:
    children, needed, allowed = SHAPE[element.tag]
    attributes = set(element.keys())
    if not needed <= attributes <= needed | allowed:
        yield f"{element.tag}: attributes {sorted(attributes)}"
    yield from (f"{element.tag}: {k} {v!r}" for k, v in element.items() if k in _NUMBERS and not v.isdecimal())
    outcomes = [child.tag for child in element if child.tag in ("failure", "error", "skipped")]
    if len(outcomes) > 1 and element.tag == "testcase":
        yield f"testcase {element.get('name')}: {outcomes}"
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"), ("tests", "testcase")):
        if attribute in attributes and int(element.get(attribute, "")) != sum(1 for _ in element.iter(tag)):
            yield f"{element.tag}: {attribute} is not the number of {tag}"
    for child in element:
        if child.tag not in children:
            yield f"{element.tag} holds {child.tag}"
        yield from _wrong(child)
