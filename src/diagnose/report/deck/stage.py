"""Where things stand on a slide: layouts found by kind, name or make-up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from diagnose.plots.style import HouseStyle
from diagnose.report.deck.boxes import EMU, Box, box_of
from diagnose.report.deck.master import own_presentation
from diagnose.report.deck.metrics import Metrics
from diagnose.report.deck.template import all_layouts, client_presentation

_TITLES = ("title", "ctrTitle")
_BODIES = (None, "obj", "body", "subTitle")

# Names that PowerPoint gives its layouts, in English and in Dutch.
_NAMES = {
    "title": ("title slide", "titeldia", "titelpagina", "voorblad", "cover"),
    "content": (
        *("title and content", "titel en object", "titel en inhoud", "titel en tekst"),
        "content",
    ),
    "two": ("two content", "inhoud van twee", "twee objecten", "twee inhoudsobjecten"),
    "section": ("section header", "sectiekop", "section", "tussenblad"),
    "bare": ("title only", "alleen titel"),
}
_TYPES = {
    "title": ("title",),
    "content": ("obj", "tx"),
    "two": ("twoObj",),
    "section": ("secHead",),
    "bare": ("titleOnly",),
}

# How wide faces are beside DejaVu Sans, with some to spare.
_STRETCH = {
    **dict.fromkeys(("calibri", "carlito", "gill sans mt", "garamond"), 0.83),
    **dict.fromkeys(("times new roman", "cambria", "corbel", "candara"), 0.88),
    **dict.fromkeys(("aptos", "segoe ui", "lato", "source sans pro"), 0.92),
    **dict.fromkeys(("arial", "helvetica", "liberation sans", "roboto"), 0.95),
}
_UNKNOWN = 1.04
_LEAST_WIDTH, _LEAST_HEIGHT = 0.62, 0.45
_MARGIN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """An empty presentation and what is known of it.

    Attributes
    ----------
    presentation : Presentation
        Of the library.
    layouts : mapping of str to SlideLayout
        ``title``, ``content``, ``two`` and ``section``; those that it lacks are
        replaced by what comes nearest.
    title : Box
        Of titles of contents.
    body : Box
        Where contents stand.
    metrics : Metrics
        Widths of its letters.
    own : bool
        Whether the master is the project's.
    """

    presentation: Any
    layouts: dict[str, Any]
    title: Box
    body: Box
    metrics: Metrics
    own: bool


def set_stage(style: HouseStyle) -> Stage:
    """Return the stage: the client's master when there is one, else our own.

    Raises
    ------
    AssessmentError
        The client's template cannot be used (A040 to A044).
    """
    own = not style.template
    presentation = (
        own_presentation(style) if own else client_presentation(style.template)
    )
    layouts = _find_layouts(presentation)
    size = (presentation.slide_width / EMU, presentation.slide_height / EMU)
    title = _title_box(layouts["content"], size)
    return Stage(
        presentation=presentation,
        layouts=layouts,
        title=title,
        body=_body_box(layouts["content"], title, size),
        metrics=_metrics(presentation),
        own=own,
    )


def bodies_of(holder: Any) -> list[Any]:
    """Return the placeholders for contents of a slide or layout, from left to right."""
    found = [s for s in holder.placeholders if _kind(s) in _BODIES]
    return sorted(found, key=lambda shape: (shape.left or 0, shape.top or 0))


def title_of(holder: Any) -> Any:
    """Return the placeholder for the title; None without one."""
    found = (s for s in holder.placeholders if _kind(s) in _TITLES)
    return next(found, None)


def placeholder_of(holder: Any, kind: str) -> Any:
    """Return the placeholder of a kind, such as ``ftr``; None without one."""
    return next((s for s in holder.placeholders if _kind(s) == kind), None)


def _kind(shape: Any) -> str | None:
    kind = shape._element.ph.get("type")
    return None if kind is None else str(kind)


def _find_layouts(presentation: Any) -> dict[str, Any]:
    titled = [one for one in all_layouts(presentation) if title_of(one) is not None]
    found: dict[str, Any] = {}
    for key in _TYPES:
        if chosen := next(_candidates(titled, key), None):
            found[key] = chosen
    content = found.get("content") or found.get("bare") or titled[0]
    found["content"] = content
    found.setdefault("two", content)
    found.setdefault("title", titled[0])
    found.setdefault("section", found["title"])
    return found


def _candidates(titled: list[Any], key: str) -> Iterator[Any]:
    """Yield layouts that suit, the surest first: by kind, by name, by make-up."""
    yield from (one for one in titled if one._element.get("type") in _TYPES[key])
    for name in _NAMES[key]:
        yield from (one for one in titled if name in _plain_name(one))
    wanted = {"content": 1, "two": 2}.get(key)
    if wanted:
        yield from (one for one in titled if _n_contents(one) == wanted)


def _plain_name(layout: Any) -> str:
    return re.sub(r"[\W\d_]+", " ", layout.name.casefold()).strip()


def _n_contents(layout: Any) -> int:
    return sum(_kind(s) in (None, "obj") for s in layout.placeholders)


def _title_box(layout: Any, size: tuple[float, float]) -> Box:
    found = box_of(title_of(layout))
    if found is None:
        width = size[0] - 2 * _MARGIN
        return Box(left=_MARGIN, top=_MARGIN * 0.8, width=width, height=1.0)
    return found


def _body_box(layout: Any, title: Box, size: tuple[float, float]) -> Box:
    """Return where contents stand; below the title where the layout leaves little."""
    boxes = [box for shape in bodies_of(layout) if (box := box_of(shape))]
    largest = max(boxes, key=lambda box: box.width * box.height, default=None)
    if (
        largest
        and largest.width >= _LEAST_WIDTH * size[0]
        and largest.height >= _LEAST_HEIGHT * size[1]
    ):
        return largest
    foot = placeholder_of(layout, "ftr") or placeholder_of(layout, "sldNum")
    place = box_of(foot) if foot is not None else None
    end = place.top if place and place.top > size[1] * 0.8 else size[1] - _MARGIN
    top = title.bottom if title.bottom < size[1] * 0.5 else size[1] * 0.25
    return Box(
        left=min(title.left, _MARGIN * 1.5),
        top=top + 0.1,
        width=size[0] - 2 * min(title.left, _MARGIN * 1.5),
        height=end - top - 0.2,
    )


def _metrics(presentation: Any) -> Metrics:
    """Return how wide the letters of the theme are; bold ones grow less than here."""
    stretch = _stretch(presentation)
    return Metrics(
        stretch=stretch, bold=min(stretch, 1.0) * (0.93 if stretch < 1 else 1)
    )


def _stretch(presentation: Any) -> float:
    master = presentation.slide_masters[0].part
    faces: list[str] = []
    for rel in master.rels.values():
        if rel.reltype.endswith("/theme"):
            text = rel.target_part.blob.decode("utf-8", "replace")
            faces = re.findall(
                r"<a:(?:major|minor)Font>\s*<a:latin typeface=\"([^\"]*)\"", text
            )
    return max((_STRETCH.get(f.casefold(), _UNKNOWN) for f in faces), default=_UNKNOWN)
