"""The deck for those who decide: a dozen slides about the organisation as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from diagnose._options import check_option
from diagnose.language import Language
from diagnose.plots.check import check_publication
from diagnose.plots.words import Words
from diagnose.report.executive_closing import (
    comment_slides,
    next_slides,
    open_slides,
    privacy_slides,
    reading_slides,
    short_slides,
    steps_slides,
    title_slides,
)
from diagnose.report.executive_items import driver_slides, item_slides
from diagnose.report.executive_profile import (
    change_slides,
    gap_slides,
    participation_slides,
    profile_slides,
)
from diagnose.report.executive_units import divided_slides, heat_slides
from diagnose.report.slides import Deck, Slide
from diagnose.report.telling import Telling
from diagnose.report.title import report_title

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication

_ORDER: tuple[Callable[[Telling], Iterator[Slide]], ...] = (
    title_slides,
    short_slides,
    participation_slides,
    reading_slides,
    profile_slides,
    heat_slides,
    gap_slides,
    item_slides,
    driver_slides,
    change_slides,
    divided_slides,
    comment_slides,
    steps_slides,
    open_slides,
    next_slides,
    privacy_slides,
)


def executive_deck(publication: Publication, language: Language = "en") -> Deck:
    """Return the slides about a whole organisation.

    Titles say what was found, every slide has a source line and notes that tell how
    to read it, and what cannot be shown has no slide. Charts hold the numbers of the
    publication, unrounded.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    language : {"en", "nl"}
        Of every word.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    ValueError
        `language` is not one of those listed.
    """
    checked = check_publication(publication)
    check_option("language", language, Language)
    words = Words(publication=checked, language=language, section="report")
    telling = Telling(words=words)
    slides = [slide for make in _ORDER for slide in make(telling)]
    return Deck(
        name="executive",
        title=report_title(words),
        language=language,
        slides=tuple(slides),
    )
