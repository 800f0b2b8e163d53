"""Answer labels as survey platforms write them, and the code each one stands for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from diagnose.instrument.problems import problem

if TYPE_CHECKING:
    from diagnose.instrument.model import Point, ResponseScale

_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u0060\u00b4"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_PLAIN = str.maketrans(
    dict.fromkeys(_SINGLE_QUOTES, "'")
    | dict.fromkeys(_DOUBLE_QUOTES, '"')
    | dict.fromkeys(_DASHES, "-")
)


@lru_cache(maxsize=8192)  # a file repeats a few labels a hundred thousand times
def normalise_label(text: str) -> str:
    """Return `text` without the differences that platforms introduce.

    Compatibility forms (NFKC), letter case, curly quotes, dashes, invisible
    characters, and runs of white space (also no-break spaces and line breaks) no
    longer matter in the result. Applying it twice changes nothing more.

    Parameters
    ----------
    text : str
        A label, an item text or a heading.

    Returns
    -------
    str
        The text to compare; not meant for display.
    """
    # Invisible characters go first: one between two letters would block composition.
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    # Quotes go before NFKC, which splits an acute accent into a space and a mark.
    folded = _fold(visible.translate(_PLAIN))
    return " ".join(folded.translate(_PLAIN).split())


def _fold(text: str) -> str:
    # Case folding can undo a composition and the reverse, hence both, until stable.
    while (folded := unicodedata.normalize("NFKC", text).casefold()) != text:
        text = folded
    return text


def label_codes(response_scale: ResponseScale) -> dict[str, str]:
    """Map every normalised label and alias, in every language, to its code.

    Parameters
    ----------
    response_scale : ResponseScale
        The answer categories.

    Returns
    -------
    dict of str to str
        ``normalise_label(label)`` to the code of the point that it names.

    Raises
    ------
    InstrumentError
        One label names two points, so that an answer could not be told apart.
    """
    from diagnose.errors import InstrumentError

    codes: dict[str, str] = {}
    for point in response_scale.points:
        for path, label in point_labels(point):
            code = codes.setdefault(normalise_label(label), point.code)
            if code != point.code:
                place = f"response scale {response_scale.id}: point {point.code}.{path}"
                conflict = problem("I027", place, value=repr(label), other=repr(code))
                raise InstrumentError([conflict])
    return codes


def point_labels(point: Point) -> Iterator[tuple[str, str]]:
    """Yield every label of a point with its path, such as ``aliases.nl[0]``."""
    for language, label in point.label.items():
        yield f"label.{language}", label
    for language, aliases in point.aliases.items():
        for position, alias in enumerate(aliases):
            yield f"aliases.{language}[{position}]", alias
