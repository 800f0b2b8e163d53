"""Damage to the text of CSV files: encodings, separators, line ends, cuts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from mutation.corpus import Base
from mutation.damage import SAME, STOPPED, Damage, on_text

_CUT = "a file that ends behind a whole row is a file with fewer people"
_NAMES = "letters of another code page are letters too; the file says which it is not"


def _separated(delimiter: str, *, quoted: int = csv.QUOTE_MINIMAL):
    def change(text: str, base: Base) -> bytes | None:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=delimiter, quoting=quoted)
        writer.writerows(base.grid.rows)
        return out.getvalue().encode("utf-8")

    return on_text(change)


def _encoded(encoding: str, *, start: bytes = b"") -> Callable:
    return on_text(lambda text, _: start + text.encode(encoding, "replace"))


def _mojibake(times: int) -> Callable:
    def change(text: str, _: Base) -> bytes | None:
        data = text.encode("utf-8")
        for _again in range(times):
            data = data.decode("cp1252", "replace").encode("utf-8")
        return data

    return on_text(change)


def _lines(end: str) -> Callable:
    def change(text: str, _: Base) -> bytes:
        plain = text.replace("\r\n", "\n")
        return plain.replace("\n", end).encode("utf-8")

    return on_text(change)


def _mixed_lines(text: str, _: Base) -> bytes:
    lines = text.replace("\r\n", "\n").split("\n")
    ends = ("\n", "\r\n")
    return "".join(f"{one}{ends[i % 2]}" for i, one in enumerate(lines)).encode()


def _cut(part: float, *, at: str = "") -> Callable:
    def change(text: str, _: Base) -> bytes:
        place = int(len(text) * part)
        if at:
            place = text.rindex(at, 0, place) + len(at)
        return text[:place].encode("utf-8")

    return on_text(change)


def _cut_letter(text: str, _: Base) -> bytes | None:
    data = text.encode("utf-8")
    place = data.rfind("ö".encode())
    return None if place < 0 else data[: place + 1]


def _with(data: bytes, part: float) -> Callable:
    """Put some bytes into the middle of the file."""

    def change(text: str, _: Base) -> bytes:
        content = text.encode("utf-8")
        place = int(len(content) * part)
        while content[place] & 0xC0 == 0x80:
            place += 1
        return content[:place] + data + content[place:]

    return on_text(change)


def _on_one_line(text: str, _: Base) -> bytes:
    return text.replace("\r", " ").replace("\n", " ").encode("utf-8")


def _line_first(line: str) -> Callable:
    return on_text(lambda text, _: (line + text).encode("utf-8"))


def _unquoted(text: str, _: Base) -> bytes | None:
    return text.replace('"', "").encode("utf-8") if '"' in text else None


def _other_quotes(text: str, _: Base) -> bytes | None:
    return text.replace('"', "'").encode("utf-8") if text[0] == '"' else None


def _curly_quotes(text: str, _: Base) -> bytes | None:
    return text.replace('"', "\u201d").encode("utf-8") if text[0] == '"' else None


def _mixed_encodings(text: str, _: Base) -> bytes:
    half = len(text) // 2
    return text[:half].encode("utf-8") + text[half:].encode("cp1252", "replace")


def _huge_cell(text: str, base: Base) -> bytes | None:
    if base.way.look not in ("plain", "limesurvey"):
        return None
    rows = [list(row) for row in base.grid.rows]
    rows[base.grid.n_head + 2][base.grid.at["v2"]] = "x" * 10_000_000
    return base.grid.dump(rows)


def _many_columns(text: str, base: Base) -> bytes | None:
    rows = [list(row) for row in base.grid.rows[: base.grid.n_head + 2]]
    for row in rows:
        row += [""] * 100_000
    return base.grid.dump(rows)


TEXTS = [
    *(
        Damage(name=f"separated by {name}", apply=_separated(sign), allowed=SAME)
        for name, sign in (("commas", ","), ("semicolons", ";"), ("tabs", "\t"))
    ),
    Damage(name="separated by pipes", apply=_separated("|")),
    Damage(name="separated by spaces", apply=_separated(" "), allowed=STOPPED),
    Damage(
        name="all quoted", apply=_separated(",", quoted=csv.QUOTE_ALL), allowed=SAME
    ),
    Damage(name="a line that names the separator", apply=_line_first("sep=;\r\n")),
    Damage(name="without a mark", apply=_encoded("utf-8"), allowed=SAME),
    Damage(name="a mark before", apply=_encoded("utf-8-sig"), allowed=SAME),
    Damage(
        name="two marks before",
        apply=_encoded("utf-8-sig", start=b"\xef\xbb\xbf"),
    ),
    Damage(
        name="three marks before",
        apply=_encoded("utf-8-sig", start=b"\xef\xbb\xbf" * 2),
    ),
    Damage(
        name="UTF-16 LE", apply=_encoded("utf-16-le", start=b"\xff\xfe"), allowed=SAME
    ),
    Damage(
        name="UTF-16 BE", apply=_encoded("utf-16-be", start=b"\xfe\xff"), allowed=SAME
    ),
    Damage(name="UTF-16 LE without a mark", apply=_encoded("utf-16-le")),
    Damage(name="UTF-16 BE without a mark", apply=_encoded("utf-16-be")),
    Damage(
        name="UTF-16 with the wrong mark",
        apply=_encoded("utf-16-be", start=b"\xff\xfe"),
        allowed=STOPPED,
    ),
    Damage(
        name="UTF-16, a byte too few",
        apply=on_text(lambda text, _: text.encode("utf-16")[:-1]),
        allowed=STOPPED,
    ),
    Damage(name="UTF-32", apply=_encoded("utf-32"), allowed=STOPPED),
    Damage(name="Windows-1252", apply=_encoded("cp1252"), allowed=SAME),
    Damage(name="Latin-1", apply=_encoded("latin-1"), allowed=SAME),
    Damage(
        name="Mac Roman", apply=_encoded("mac-roman"), unseen=_NAMES, tells=("R060",)
    ),
    Damage(name="DOS 850", apply=_encoded("cp850"), unseen=_NAMES, tells=("R060",)),
    Damage(
        name="ASCII, with question marks",
        apply=_encoded("ascii"),
        unseen="? is a sign that names may hold",
    ),
    Damage(name="EBCDIC", apply=_encoded("cp037"), allowed=STOPPED),
    Damage(
        name="UTF-7",
        apply=_encoded("utf-7"),
        unseen="it is plain ASCII, in which + is a sign",
    ),
    Damage(name="damaged letters", apply=_mojibake(1), allowed=STOPPED),
    Damage(name="letters damaged twice", apply=_mojibake(2), allowed=STOPPED),
    Damage(
        name="two encodings in one file",
        apply=on_text(_mixed_encodings),
        allowed=STOPPED,
    ),
    Damage(name="lines end in LF", apply=_lines("\n"), allowed=SAME),
    Damage(name="lines end in CRLF", apply=_lines("\r\n"), allowed=SAME),
    Damage(name="lines end in CR", apply=_lines("\r"), allowed=SAME),
    Damage(name="lines end in CRCRLF", apply=_lines("\r\r\n")),
    Damage(name="lines end in both", apply=on_text(_mixed_lines)),
    Damage(name="blank lines in between", apply=_lines("\n\n"), allowed=SAME),
    Damage(name="lines end in U+2028", apply=_lines("\u2028"), allowed=STOPPED),
    Damage(name="all on one line", apply=on_text(_on_one_line), allowed=STOPPED),
    Damage(
        name="cut in a row",
        apply=_cut(0.83),
        unseen="the cut may fall behind a whole cell, as in the last column",
    ),
    Damage(name="cut behind a row", apply=_cut(0.83, at="\n"), unseen=_CUT),
    Damage(name="cut in a letter", apply=on_text(_cut_letter), allowed=STOPPED),
    Damage(name="a NUL byte", apply=_with(b"\x00", 0.7), allowed=STOPPED),
    Damage(
        name="random bytes inside",
        apply=_with(bytes(range(128, 160)), 0.7),
        allowed=STOPPED,
    ),
    Damage(name="a quotation mark inside", apply=_with(b'"', 0.71)),
    Damage(name="without quotation marks", apply=on_text(_unquoted)),
    Damage(name="other quotation marks", apply=on_text(_other_quotes), allowed=STOPPED),
    Damage(name="curly quotation marks", apply=on_text(_curly_quotes), allowed=STOPPED),
    Damage(name="a cell of 10 MB", apply=on_text(_huge_cell), allowed=STOPPED),
    Damage(name="100,000 columns", apply=on_text(_many_columns), allowed=STOPPED),
]
