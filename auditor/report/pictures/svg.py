"""Elements of SVG. In: a name, children, attributes. Out: Markup, escaped and printable. Knows nothing of plans.

Colours are attributes, which the style sheet's classes overrule: a mail program that drops the sheet shows them still.
"""

from collections.abc import Iterable

from markupsafe import Markup, escape

from auditor.report import wording

BLUE, ORANGE, VERMILLION, GREY, SKY, GREEN = "#0072B2", "#E69F00", "#D55E00", "#8A8578", "#56B4E9", "#009E73"
"""Colours that people with any colour vision tell apart (Okabe and Ito), and a grey."""

_CHARACTER = 0.66
"""Width of a character as a share of the font's size, on average."""

Number = float | int


def element(tag: str, *children: str, **attributes: str | Number | None) -> Markup:
    """Return an element. In names of attributes `_` stands for `-`; `class_` is `class`; None leaves one out."""
    written = "".join(f' {_name(name)}="{_value(value)}"' for name, value in attributes.items() if value is not None)
    inside = "".join(map(text_of, children))
    return Markup(f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>")


def text_of(value: str) -> str:
    """Return a child as it is written: markup as it is, text printable and escaped."""
    return value if isinstance(value, Markup) else str(escape(wording.printable(value)))


def rect(x: Number, y: Number, width: Number, height: Number, class_: str, fill: str, *told: str) -> Markup:
    """Return a rectangle of a colour; `told` is what it says when it is pointed at."""
    drawn = element("rect", class_=class_, x=x, y=y, width=width, height=height, fill=fill)
    return element("g", element("title", *told), drawn) if told else drawn


def text(x: Number, y: Number, said: str, class_: str, anchor: str | None = None) -> Markup:
    """Return a line of text; `anchor` is `middle` or `end`, and `start` where it is not given."""
    return element("text", said, class_=class_, x=x, y=y, text_anchor=anchor)


def hatching(name: str, colour: str, class_: str, distance: Number = 6) -> Markup:
    """Return a pattern of slanting lines, to be used as `url(#name)`."""
    line = element("line", class_=class_, x1=0, y1=0, x2=0, y2=distance, stroke=colour, stroke_width=2)
    return element(
        "pattern", line, id=name, width=distance, height=distance, patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )  # fmt: skip


def picture(
    name: str, class_: str, size: tuple[Number, Number], title: str, told: str, children: Iterable[Markup]
) -> Markup:
    """Return a whole picture.

    Args:
        name: Unique in the page: its title and description are named after it.
        class_: Besides `picture`.
        size: Width and height in pixels; the style sheet lets it shrink.
        title: What it shows, in a few words.
        told: What there is to see in it, in a sentence or two, for those who cannot.
        children: What is drawn, back to front.
    """
    width, height = size
    return element(
        "svg",
        element("title", title, id=f"{name}-t"),
        element("desc", told, id=f"{name}-d"),
        *children,
        class_=f"picture {class_}",
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{name}-t",
        aria_describedby=f"{name}-d",
    )


def fitting(said: str, width: Number, size: Number) -> str:
    """Return as much of a text as about fits a width in pixels at a font's size; nothing where hardly any does."""
    room = int(width / (size * _CHARACTER))
    return "" if room < 3 else wording.elided(wording.printable(said), room)


def _name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _value(value: str | Number) -> str:
    if isinstance(value, str):
        return text_of(value).replace("\n", " ")
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
