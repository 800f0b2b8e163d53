"""Find an instrument by name or path, read it, and refuse it with every reason."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagnose.documents import parse_document, validate_document
from diagnose.documents.yaml import read_content
from diagnose.errors import InstrumentError, Problem
from diagnose.instrument.problems import PATTERNS, problem

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument

FILE_NAME = "instrument.yaml"


def load_instrument(name_or_path: str | Path) -> Instrument:
    """Load an instrument of this kit by name, or your own by path, and check it.

    Parameters
    ----------
    name_or_path : str or Path
        The name of an instrument of this kit, such as ``"bottom-up"``; or the path of
        an ``instrument.yaml``; or of the folder that holds one. A name of this kit
        wins over a folder of the same name; write ``"./pulse"`` for the folder.

    Returns
    -------
    Instrument
        Immutable; the same content gives the same object.

    Raises
    ------
    InstrumentError
        There is no such instrument, or its file cannot be used; ``problems`` holds
        everything that is wrong with it.

    Examples
    --------
    >>> load_instrument("bottom-up").subscale("v").title["nl"]
    'Stem en signaal'
    """
    source, place = _find(name_or_path)
    content, problems = read_content(source, place=place)
    if content is None:
        raise InstrumentError(problems)
    return _instrument_from_bytes(content, place)


def list_instruments() -> tuple[str, ...]:
    """Return the names of the instruments of this kit, in alphabetical order."""
    return tuple(sorted(folder.name for folder in _folders()))


def instrument_from_tree(tree: dict[str, Any], place: str) -> Instrument:
    """Check a tree of plain values and return it as an instrument.

    Parameters
    ----------
    tree : dict
        What the YAML file holds, with lists or tuples. Not modified.
    place : str
        Name of the file in messages.

    Raises
    ------
    InstrumentError
        A field is refused; or, when all fields are right on their own, fields
        contradict each other.
    """
    from diagnose.instrument.model import Instrument

    return _consistent(
        *validate_document(Instrument, tree, place=place, patterns=PATTERNS), place
    )


@lru_cache(maxsize=32)
def _instrument_from_bytes(content: bytes, place: str) -> Instrument:
    from diagnose.instrument.model import Instrument

    return _consistent(
        *parse_document(Instrument, content, place=place, patterns=PATTERNS), place
    )


def _consistent(
    instrument: Instrument | None, problems: Sequence[Problem], place: str
) -> Instrument:
    """Return an instrument whose fields also agree with each other."""
    from diagnose.instrument.check import check_instrument

    if instrument is None:
        raise InstrumentError(problems)
    contradictions = check_instrument(instrument, place=place)
    if contradictions:
        raise InstrumentError(contradictions)
    return instrument


def surveys_folder() -> Traversable:
    """Return the folder of the kit's instruments: in the wheel or the repository."""
    packaged = resources.files("diagnose") / "surveys"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "surveys"


def _folders() -> Iterator[Traversable]:
    surveys = surveys_folder()
    for folder in surveys.iterdir() if surveys.is_dir() else ():
        if (folder / FILE_NAME).is_file():
            yield folder


def _find(name_or_path: str | Path) -> tuple[Traversable, str]:
    if isinstance(name_or_path, str) and name_or_path in list_instruments():
        place = f"surveys/{name_or_path}/{FILE_NAME}"
        return surveys_folder() / name_or_path / FILE_NAME, place
    path = Path(name_or_path)
    if path.is_dir():
        path /= FILE_NAME
    place = _place(path)
    if path.is_file():
        return path, place
    if isinstance(name_or_path, Path) or _looks_like_path(name_or_path):
        raise InstrumentError([problem("I002", place)])
    raise _unknown_name(name_or_path)


def _looks_like_path(text: str) -> bool:
    return any(mark in text for mark in "/\\.") or Path(text).is_dir()


def _place(path: Path) -> str:
    """Return the path as messages show it: relative when it lies below this folder."""
    here = Path.cwd()
    shown = path.relative_to(here) if path.is_relative_to(here) else path
    return shown.as_posix()


def _unknown_name(name: str) -> InstrumentError:
    names = list_instruments()
    close = difflib.get_close_matches(name.casefold(), names, n=1)
    suggestion = f"did you mean {close[0]!r}?" if close else ""
    return InstrumentError(
        [
            problem(
                "I001",
                f"instrument {name!r}",
                allowed=", ".join(repr(known) for known in names),
                suggestion=suggestion or "for your own instrument, give its path",
            )
        ]
    )
