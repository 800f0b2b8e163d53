"""Answers in the look of LimeSurvey.

As its CSV writer does (https://github.com/LimeSurvey/LimeSurvey,
``application/helpers/admin/export``): semicolons, every value quoted, CRLF, a blank
last line, UTF-8 with a byte order mark, and an apostrophe before a value that starts
with an equals sign. The survey is anonymised: everyone has the same date.
"""

from __future__ import annotations

from diagnose.simulation.export.content import Asked, RoleWords, columns_of, stem_of
from diagnose.simulation.export.files import csv_bytes
from diagnose.simulation.export.look import Look, Wording
from diagnose.simulation.export.settings import Heading
from diagnose.simulation.export.wave import PARTIAL, Wave

_ANONYMISED = "1980-01-01 00:00:00"
_NO_ADDRESS = "192.0.2.1"
"""An address that is reserved for documentation (RFC 5737); nobody has it."""
_NO_REFERRER = "https://survey.example/"


def _write(wave: Wave, wording: Wording) -> bytes:
    roles: RoleWords = "titles" if wording.answers == "labels" else "codes"
    columns = [
        *_system(wave, wording.heading),
        *(
            (_heading(wave, asked, wording.heading), asked.cells)
            for asked in columns_of(wave, wording.answers, roles=roles)
        ),
        *_timings(wave, wording.heading),
    ]
    masked = ([_masked(cell) for cell in cells] for _, cells in columns)
    rows = [[heading for heading, _ in columns], *zip(*masked, strict=True)]
    return csv_bytes(rows, delimiter=";", end="\r\n", encoding="utf-8-sig", tail="\r\n")


def _masked(cell: str) -> str:
    return f"'{cell}" if cell.startswith("=") else cell


def _system(wave: Wave, heading: Heading) -> list[tuple[str, list[str]]]:
    same = len(wave)
    seeds = [1_000_000_000 + n * 7_368_787 % 999_999_937 for n in wave.numbers()]
    columns = {
        ("id", "Response ID"): [str(number) for number in wave.numbers()],
        ("submitdate", "Date submitted"): wave.where(PARTIAL, "", _ANONYMISED),
        ("lastpage", "Last page"): wave.where(PARTIAL, "1", "3"),
        ("startlanguage", "Start language"): list(wave.people["language"]),
        ("seed", "Seed"): [str(seed) for seed in seeds],
        ("startdate", "Date started"): [_ANONYMISED] * same,
        ("datestamp", "Date last action"): [_ANONYMISED] * same,
        ("ipaddr", "IP address"): [_NO_ADDRESS] * same,
        ("refurl", "Referrer URL"): [_NO_REFERRER] * same,
    }
    return [(_own(*names, heading), cells) for names, cells in columns.items()]


def _timings(wave: Wave, heading: Heading) -> list[tuple[str, list[str]]]:
    timed = wave.seconds(lambda seconds: f"{seconds:.2f}")
    names = (("interviewtime", "Total time"), ("groupTime1", "Group time: 1"))
    return [(_own(*name, heading), timed) for name in names]


def _own(code: str, text: str, heading: Heading) -> str:
    if heading == "code-and-text":
        return f"{code}. {text}"
    return text if heading == "full" else code


def _heading(wave: Wave, asked: Asked, heading: Heading) -> str:
    code, text = asked.name, asked.text
    if asked.kind == "item":
        code = f"{asked.block}[{asked.name}]"
        if heading == "em":
            code = f"{asked.block}_{asked.name}"
        text = f"{stem_of(wave)} [{asked.text}]"
    if asked.kind in ("unit", "role", "edition", "link") or asked.text == asked.name:
        return code
    return {"full": text, "code-and-text": f"{code}. {text}"}.get(heading, code)


LIMESURVEY = Look(
    platform="limesurvey",
    kinds=(".csv",),
    write=_write,
    headings=("code", "em", "full", "code-and-text"),
    tells=frozenset({"partial", "language", "seconds", "role"}),
)
