"""The questionnaire as a PDF to print, tagged for screen readers.

Made by typst (https://typst.app/docs/reference/pdf/) from the template beside this
module, as PDF/UA-1. Texts go in as data. Fonts are those that typst brings, and DejaVu
Sans of matplotlib for signs that they lack; those of the computer are never used, so
the same survey gives the same bytes everywhere.

Unverified: what an independent PDF/UA checker and each screen reader make of the tags.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from diagnose.errors import InstrumentError
from diagnose.instrument.export.paper import Paper, build_paper
from diagnose.instrument.export.survey import Survey
from diagnose.instrument.export.target import Target
from diagnose.language.problems import worded_problem

_CREATED = 946_684_800  # 1 January 2000: the same survey gives the same bytes
_NO_SIGN = re.compile(r'the text `"(.*?)"` could not be displayed')


def write_pdf(survey: Survey) -> dict[str, bytes]:
    """Return the questionnaire as a PDF to print on A4.

    Parameters
    ----------
    survey : Survey
        Its base language is printed.

    Returns
    -------
    dict of str to bytes
        One file; the same survey gives the same bytes.

    Raises
    ------
    InstrumentError
        A text holds a sign that the fonts lack, such as a Chinese one, or statements
        have more answers than fit beside each other.
    """
    content = _compiled(build_paper(survey), survey.name)
    return {f"{survey.name}-{survey.language}.pdf": content}


def _compiled(paper: Paper, name: str) -> bytes:
    from typst import Fonts, TypstError
    from typst import compile as compile_typst

    try:
        content: bytes = compile_typst(
            template(),
            font_paths=Fonts(include_system_fonts=False, font_paths=[fonts()]),
            format="pdf",
            sys_inputs={"paper": json.dumps(asdict(paper))},
            pdf_standards="ua-1",
            timestamp=_CREATED,
        )
    except TypstError as error:
        signs = dict.fromkeys(_NO_SIGN.findall(str(error.diagnostic)))
        if not signs:
            values: dict[str, object] = {"target": "PDF", "detail": error.message}
            problem = worded_problem("fielding", "F010", name, values)
            raise InstrumentError([problem]) from error
        values = {"signs": tuple(signs)}
        problem = worded_problem("fielding", "F040", name, values)
        raise InstrumentError([problem]) from error
    return content


@cache
def template() -> bytes:
    """Return the source of the pages, of which the input is a `Paper` as JSON."""
    return (resources.files("diagnose.instrument.export") / "paper.typ").read_bytes()


@cache
def fonts() -> str:
    """Return the folder with DejaVu Sans; to find it, nothing is imported."""
    spec = find_spec("matplotlib")
    places = (spec.submodule_search_locations if spec else None) or ()
    return str(Path(next(iter(places))) / "mpl-data" / "fonts" / "ttf")


PDF = Target(name="pdf", write=write_pdf, multilingual=False, records=False)
