"""A folder for every unit: slides, numbers and a hand-out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from diagnose.language import Language
from diagnose.plots.sheet import drawing
from diagnose.plots.style import PLAIN, HouseStyle
from diagnose.plots.words import words_for
from diagnose.report.deck import render_deck
from diagnose.report.packs.actions import actions_workbook
from diagnose.report.packs.deck import unit_deck
from diagnose.report.packs.document import unit_document
from diagnose.report.packs.names import folder_names
from diagnose.report.packs.sheets import unit_workbook
from diagnose.report.packs.view import UnitView, Views
from diagnose.report.paper import render_pdf

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication

FOLDER = "teams"
_TOLD = 10
"""Units between two lines of progress."""
_Make = Callable[[UnitView, HouseStyle], bytes]


def _deck(view: UnitView, style: HouseStyle) -> bytes:
    return render_deck(unit_deck(view), style=style)


def _handout(view: UnitView, style: HouseStyle) -> bytes:
    return render_pdf(unit_document(view), style=style)


_FILES: Mapping[str, tuple[tuple[str, _Make], ...]] = {
    "pptx": (("deck.pptx", _deck),),
    "xlsx": (("tables.xlsx", unit_workbook), ("actions.xlsx", actions_workbook)),
    "pdf": (("handout.pdf", _handout),),
}


def render_packs(
    publication: Publication,
    *,
    language: Language = "en",
    formats: Sequence[str] = ("pptx", "xlsx", "pdf"),
    style: HouseStyle = PLAIN,
    progress: Callable[[str], None] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of every unit of which something may be shown, one at a time.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    language : {"en", "nl"}
        Language of every word.
    formats : sequence of str
        Of those that a pack can hold: ``pptx``, ``xlsx``, ``pdf``; others are passed
        over.
    style : HouseStyle
        Of the client.
    progress : callable, optional
        Called after every so many units.

    Yields
    ------
    (str, bytes)
        Name below the output folder, such as ``teams/care/night-shift/deck.pptx``,
        and the content. Folders follow the hierarchy, so that who leads a department
        can be given that folder with all that is below it.
    """
    views = Views(words_for(publication, language, "report"))
    folders = folder_names(view.path for view in views)
    makers = [file for name in formats for file in _FILES.get(name, ())]
    with drawing(style):
        for place, view in enumerate(views):
            where = "/".join((FOLDER, *folders[view.path]))
            if progress is not None and place % _TOLD == 0:
                progress(f"teams {place}/{len(views)}")
            for name, make in makers:
                yield f"{where}/{name}", make(view, style)
