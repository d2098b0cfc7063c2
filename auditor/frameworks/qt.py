"""Qt by PySide and PyQt: events and other virtual methods that C++ calls.

In: nothing. Out: `RULE`. Slots are named where they are connected; `on_<object>_<signal>` is connected by its name.
Of Qt's classes every method in Qt's own spelling (`sizeHint`, `paintEvent`) may be virtual. Never imports Qt.
"""

from auditor.model.framework import FrameworkRule

_VIRTUAL = (
    "[a-z]*[A-Z]*",
    "on_*",
    "data",
    "flags",
    "index",
    "parent",
    "event",
    "paint",
    "shape",
    "advance",
    "run",
    "accept",
    "reject",
    "done",
    "exec",
    "exec_",
    "layout",
    "text",
    "validate",
    "fixup",
    "open",
    "close",
    "seek",
    "pos",
    "size",
    "reset",
    "show",
    "hide",
    "update",
    "notify",
    "sort",
    "span",
    "match",
    "submit",
    "revert",
    "buddy",
    "count",
    "value",
    "clear",
    "scroll",
    "connect*",
    "disconnect*",
    "metric",
    "type",
    "clone",
    "read",
    "write",
    "bytes*",
    "geometry",
    "minimum*",
    "maximum*",
    "invalidate",
    "expanding*",
    "width",
    "height",
)
_LIBRARIES = ("PyQt5", "PyQt6", "PySide2", "PySide6", "qtpy", "PyQt4", "PySide")

RULE = FrameworkRule(
    name="qt",
    enablers=_LIBRARIES,
    base_classes={f"{library}.Qt{module}.Q*": _VIRTUAL for library in _LIBRARIES for module in
                  ("Core", "Gui", "Widgets", "Network", "Multimedia", "WebEngineWidgets", "WebEngineCore", "Svg")},
)  # fmt: skip
