"""The dictionary of an SPSS file, walked through before a library in C opens it.

The library can end the whole program on a damaged dictionary, which no handler of
errors sees. So each record is checked here first: lengths that stay inside the file,
variable types that exist, labels that belong to a variable. Nothing is read from it.
Source: the description of system files by the PSPP developers,
https://www.gnu.org/software/pspp/pspp-dev/html_node/System-File-Format.html.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from diagnose.responses.problems import refuse

_HEADER = 176
_SIZES = {3: (4, 8), 4: (8, 3), 16: (8, 2)}
"""Extension records of which the length of an element and their number are fixed."""

_OF_BYTES = {5, 7, 10, 13, 14, 17, 18, 19, 20, 21, 22, 24}
"""Extension records that are text, or have a form of their own."""

_DISPLAY = 11
_TEXT_FORMATS = (1, 2)


@dataclass(slots=True)
class _Walk:
    """A place in the dictionary, and what was met before it.

    Attributes
    ----------
    widths : list of int
        Type of every variable record: 0 for a number, a width for text, -1 for the
        rest of a longer text.
    expected : int
        Records of type -1 that must follow at once.
    """

    content: bytes
    name: str
    order: str = "<"
    place: int = 0
    widths: list[int] = field(default_factory=list)
    expected: int = 0

    def check(self, right: bool) -> None:
        """Refuse the file unless this is right."""
        if not right:
            raise refuse("R142", self.name)

    def skip(self, n: int) -> bytes:
        """Return the next bytes and stand behind them."""
        self.check(0 <= n <= len(self.content) - self.place)
        found = self.content[self.place : self.place + n]
        self.place += n
        return found

    def numbers(self, n: int) -> tuple[int, ...]:
        """Return the next whole numbers of four bytes."""
        return struct.unpack(f"{self.order}{n}i", self.skip(4 * n))


def check_dictionary(content: bytes, name: str) -> None:
    """Refuse an SPSS file whose dictionary is not as SPSS writes it.

    Parameters
    ----------
    content : bytes
        The whole file; it starts with ``$FL2`` or ``$FL3``.
    name : str
        File name, for messages.

    Raises
    ------
    ResponseError
        A record is unknown, out of place, or longer than the file.
    """
    walk = _Walk(content, name)
    _check_header(walk)
    kind = walk.numbers(1)[0]
    while kind != 999:
        walk.check(kind in _RECORDS and (kind == 2 or not walk.expected))
        _RECORDS[kind](walk)
        kind = walk.numbers(1)[0]
    walk.check(not walk.expected and any(width >= 0 for width in walk.widths))
    walk.skip(4)


def _check_header(walk: _Walk) -> None:
    walk.skip(64)
    layout = walk.skip(4)
    walk.order = "<" if layout in (b"\2\0\0\0", b"\3\0\0\0") else ">"
    walk.check(struct.unpack(f"{walk.order}i", layout)[0] in (2, 3))
    _, compression, weight, n_rows = walk.numbers(4)
    packed = walk.content[:4] == b"$FL3"
    walk.check(compression == 2 if packed else compression in (0, 1))
    walk.check(weight >= 0 and n_rows >= -1)
    walk.skip(_HEADER - walk.place)


def _variable(walk: _Walk) -> None:
    width, has_label, n_missing, *formats = walk.numbers(5)
    walk.check(-1 <= width <= 255 and has_label in (0, 1) and -3 <= n_missing <= 3)
    walk.check((width == -1) == (walk.expected > 0) and n_missing != -1)
    if width == -1:
        walk.expected -= 1
        walk.check(not has_label and not n_missing)
    else:
        walk.expected = max(0, -(-width // 8) - 1)
        walk.check(all(_suits(one, text=width > 0) for one in formats))
        walk.check(n_missing >= 0 or width == 0)
    name = walk.skip(8)
    walk.check(width == -1 or _is_name(name))
    if has_label:
        (length,) = walk.numbers(1)
        walk.skip(-(-length // 4) * 4)
    walk.skip(8 * abs(n_missing))
    walk.widths.append(width)


def _suits(display: int, *, text: bool) -> bool:
    """Tell whether a display format is one of text where the variable is text."""
    kind = (display >> 16) & 0xFF
    return kind == 0 or (kind in _TEXT_FORMATS) == text


def _is_name(name: bytes) -> bool:
    plain = name.rstrip(b" ")
    return bool(plain) and plain[:1] not in b"0123456789 " and min(plain) > 32


def _labels(walk: _Walk) -> None:
    (n_labels,) = walk.numbers(1)
    walk.check(0 <= n_labels <= (len(walk.content) - walk.place) // 16)
    for _ in range(n_labels):
        walk.skip(8)
        length = walk.skip(1)[0]
        walk.skip(-(-(length + 1) // 8) * 8 - 1)
    kind, n_variables = walk.numbers(2)
    walk.check(kind == 4 and 1 <= n_variables <= len(walk.widths))
    places = walk.numbers(n_variables)
    walk.check(all(1 <= place <= len(walk.widths) for place in places))
    widths = [walk.widths[place - 1] for place in places]
    walk.check(-1 not in widths and len({width > 0 for width in widths}) == 1)
    walk.check(max(widths) <= 8)


def _documents(walk: _Walk) -> None:
    (n_lines,) = walk.numbers(1)
    walk.check(0 <= n_lines <= len(walk.content) // 80)
    walk.skip(80 * n_lines)


def _extension(walk: _Walk) -> None:
    subtype, size, count = walk.numbers(3)
    walk.check(subtype >= 0 and size >= 0 and count >= 0)
    walk.check(subtype not in _SIZES or _SIZES[subtype] == (size, count))
    walk.check(subtype not in _OF_BYTES or size == 1)
    if subtype == _DISPLAY:
        _display(walk, size, count)
    else:
        walk.skip(size * count)


def _display(walk: _Walk, size: int, count: int) -> None:
    """Check the room for two or three numbers a variable: measure, width, alignment.

    For texts beyond 255 bytes some programs count the variables, some the segments.
    """
    n_variables = sum(width >= 0 for width in walk.widths)
    walk.check(size == 4 and count <= 3 * n_variables)
    walk.numbers(count)


_RECORDS: dict[int, Callable[[_Walk], None]] = {
    2: _variable,
    3: _labels,
    6: _documents,
    7: _extension,
}
