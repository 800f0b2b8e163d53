"""A client's own presentation as the master of our decks, or a clear refusal."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from diagnose.errors import AssessmentError, Problem
from diagnose.report.deck.clean import drop_leftovers, remove_slides

_MOST_BYTES = 200 * 2**20
_MOST_RATIO = 200
_OLE = b"\xd0\xcf\x11\xe0"
_MAIN = "ppt/presentation.xml"
_PPTX = b"presentationml.presentation.main+xml"
_OTHERS = {
    b"presentationml.template.main+xml": "a template (.potx)",
    b"presentationml.slideshow.main+xml": "a slide show (.ppsx)",
    b"ms-powerpoint.presentation.macroEnabled": "a presentation with macros (.pptm)",
    b"ms-powerpoint.template.macroEnabled": "a template with macros (.potm)",
    b"ms-powerpoint.slideshow.macroEnabled": "a slide show with macros (.ppsm)",
}
_Fault = tuple[str, str, str]
"""Code, what is wrong, and the way out."""

_SAVE_AS = "open it in PowerPoint and save it as PowerPoint Presentation (.pptx)"


def client_presentation(template: bytes) -> Any:
    """Return a client's presentation without its slides: master and layouts only.

    Parameters
    ----------
    template : bytes
        A ``.pptx``.

    Raises
    ------
    AssessmentError
        It cannot be used; see `check_template`.
    """
    presentation, problems = _emptied(template, "style.template")
    if problems:
        raise AssessmentError(problems)
    return presentation


def check_template(template: bytes, *, place: str = "style.template") -> list[Problem]:
    """Return everything that keeps a client's presentation from being used.

    Parameters
    ----------
    template : bytes
        What should be a ``.pptx``.
    place : str
        Where it stands, for the problems: a file, and the path in it.

    Returns
    -------
    list of Problem
        ``A040`` it cannot be read, ``A041`` it is of another kind, ``A042`` it is too
        large, ``A043`` it holds programs or parts from elsewhere, ``A044`` it has no
        layout with a title; empty when there is nothing.
    """
    return _emptied(template, place)[1]


def _emptied(template: bytes, place: str) -> tuple[Any, list[Problem]]:
    if faults := list(_find_faults(template)):
        return None, [_problem(place, *fault) for fault in faults]
    try:
        presentation = _opened(template)
        remove_slides(presentation)
        drop_leftovers(presentation)
        _drop_notes_master(presentation)
        titled = any(_has_title(layout) for layout in all_layouts(presentation))
    except Exception:  # whatever is wrong in the file, wherever the library meets it
        return None, [_problem(place, "A040", "cannot be read", _SAVE_AS)]
    if not titled:
        remedy = "add a layout with a title in the slide master"
        found = _problem(place, "A044", "has no layout with a title", remedy)
        return None, [found]
    return presentation, []


def all_layouts(presentation: Any) -> list[Any]:
    """Return the layouts of every master, in their order."""
    return [
        layout
        for master in presentation.slide_masters
        for layout in master.slide_layouts
    ]


def _opened(template: bytes) -> Any:
    from pptx import Presentation

    return Presentation(io.BytesIO(template))


def _has_title(layout: Any) -> bool:
    kinds = {shape._element.ph.get("type") for shape in layout.placeholders}
    return bool(kinds & {"title", "ctrTitle"})


def _find_faults(template: bytes) -> Iterator[_Fault]:
    if template.startswith(_OLE):
        message = "is an old presentation (.ppt) or is locked with a password"
        yield "A041", message, _SAVE_AS
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(template))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        yield "A040", "is not a presentation", _SAVE_AS
        return
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > _MOST_BYTES or unpacked > _MOST_RATIO * max(len(template), 1):
        remedy = "remove its slides and large pictures"
        yield "A042", f"unpacks to {unpacked // 2**20} MB", remedy
        return
    yield from _find_in(archive)


def _find_in(archive: zipfile.ZipFile) -> Iterator[_Fault]:
    names = set(archive.namelist())
    try:
        types = archive.read("[Content_Types].xml")
        # Reading a part checks its sum; a damaged one is found here, not in a client's.
        links = {n: archive.read(n) for n in sorted(names)}
    except (KeyError, zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        yield "A040", "is not a presentation, or is damaged", _SAVE_AS
        return
    others = [told for mark, told in _OTHERS.items() if mark in types]
    if others:
        yield "A041", f"is {others[0]}", _SAVE_AS
        return
    if _PPTX not in types or _MAIN not in names:
        yield "A040", "is not a presentation", _SAVE_AS
        return
    yield from _find_foreign(names, links)


def _find_foreign(names: set[str], links: dict[str, bytes]) -> Iterator[_Fault]:
    """Find programs, and parts that a deck would fetch when it is opened."""
    programs = sorted(n for n in names if "vbaProject" in n or "/activeX/" in n)
    if programs:
        remedy = "save it without macros and controls"
        yield "A043", f"holds a program ({programs[0]})", remedy
    for name, content in links.items():
        if not name.endswith(".rels"):
            continue
        if "/slides/" in name or "/notesSlides/" in name:
            continue  # these are taken away
        for link in content.split(b"<Relationship ")[1:]:
            outside = b'TargetMode="External"' in link
            if outside and b"/hyperlink" not in link.partition(b">")[0]:
                remedy = "embed the picture or sound in it"
                yield "A043", f"asks for a part from elsewhere ({name})", remedy


def _drop_notes_master(presentation: Any) -> None:
    """Let the library make its own notes master where this one has no text."""
    part = presentation.part
    for rel_id, rel in list(part.rels.items()):
        if rel.reltype.endswith("/notesMaster"):
            kinds = {
                shape._element.ph.get("type")
                for shape in rel.target_part.notes_master.placeholders
            }
            if "body" not in kinds:
                part.rels.pop(rel_id)
                for found in list(part._element):
                    if found.tag.endswith("}notesMasterIdLst"):
                        part._element.remove(found)


def _problem(place: str, code: str, message: str, remedy: str) -> Problem:
    return Problem(
        code=code,
        place=place,
        message=message,
        allowed="a PowerPoint presentation (.pptx)",
        remedy=remedy,
    )
