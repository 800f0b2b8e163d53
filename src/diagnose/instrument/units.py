"""Units as answers to one question: a short code and a path of names for each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from difflib import get_close_matches

from diagnose.errors import InstrumentError
from diagnose.instrument.labels import normalise_label
from diagnose.language.problems import worded_problem

UNIT_SEPARATOR = " / "
"""Between the names of a path, large to small: ``Care / North / Team 1``."""

_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LETTERS = _SIGNS[10:]
CODE_LENGTH = 5
"""As many signs as LimeSurvey allows for the code of an answer."""

Path = tuple[str, ...]


def unit_code(path: Path) -> str:
    """Return the code of a unit: a letter, then four letters or digits.

    It depends on the names alone, so that a unit keeps its code when others come or
    go, and whoever has the list of units can tell a code's unit.
    """
    text = "\x1f".join(normalise_label(name) for name in path)
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8])
    number, first = divmod(number, len(_LETTERS))
    signs = [_LETTERS[first]]
    for _ in range(CODE_LENGTH - 1):
        number, sign = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[sign])
    return "".join(signs)


def is_unit_code(text: str) -> bool:
    """Tell whether a text may be the code of a unit; a short name may look like one."""
    plain = text.strip()
    return (
        len(plain) == CODE_LENGTH
        and plain[0] in _LETTERS
        and all(sign in _SIGNS for sign in plain)
    )


def unit_codes(paths: Iterable[Path]) -> dict[str, Path]:
    """Return code to path for every unit, in the order given.

    Parameters
    ----------
    paths : iterable of tuple of str
        Names from large to small, one tuple a smallest unit.

    Raises
    ------
    InstrumentError
        A unit stands twice, two units have the same code (one pair in 43 million),
        or a name holds the separator; all problems at once.
    """
    codes: dict[str, Path] = {}
    problems = []
    for path in paths:
        unit = UNIT_SEPARATOR.join(path)
        code = unit_code(path)
        wrong = _mistake(path, codes.get(code))
        if wrong:
            values = {"unit": unit, "other": UNIT_SEPARATOR.join(codes.get(code, ()))}
            problems.append(worded_problem("fielding", wrong, unit, values))
        codes[code] = path
    if problems:
        raise InstrumentError(problems)
    return codes


def _mistake(path: Path, other: Path | None) -> str:
    """Return the code of what is wrong with a unit, empty when nothing is."""
    if not all(name.strip() for name in path):
        return "F011"
    if any(UNIT_SEPARATOR.strip() in name.split() for name in path):
        return "F008"
    if other is None:
        return ""
    return "F006" if _key(" ".join(path)) == _key(" ".join(other)) else "F007"


class UnitList:
    """The units of an organisation, found by code, by path or by a unique name.

    A name is unique when nothing else in the organisation has it, on any level.

    Parameters
    ----------
    paths : iterable of tuple of str
        Names from large to small, one tuple a smallest unit.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._codes = unit_codes(paths)
        self._paths: dict[str, Path] = {}
        holders: dict[str, set[Path]] = {}
        for path in self._codes.values():
            self._paths[_key(UNIT_SEPARATOR.join(path))] = path
            for name in path:
                holders.setdefault(_key(name), set()).add(path)
        # "North" may be a team of one division and the name of another division: then
        # the name alone does not tell which of the two somebody meant.
        self._names = {
            key: path
            for path in self._codes.values()
            if holders[key := _key(path[-1])] == {path}
        }

    @property
    def n_levels(self) -> int:
        """Names in the longest path; 0 without units."""
        return max(map(len, self._codes.values()), default=0)

    def find(self, text: str) -> Path | None:
        """Return the unit that a cell names, None when it is none or not one."""
        code = text.strip().casefold()
        key = _key(text)
        return self._codes.get(code) or self._paths.get(key) or self._names.get(key)

    def nearest(self, text: str) -> str:
        """Return the path or name that resembles a text, empty when none does."""
        known = {**self._names, **self._paths}
        near = get_close_matches(_key(text), known, n=1, cutoff=0.75)
        return UNIT_SEPARATOR.join(known[near[0]]) if near else ""


def _key(text: str) -> str:
    return normalise_label(text)
