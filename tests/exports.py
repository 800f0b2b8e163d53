"""Exports as LimeSurvey and Qualtrics write them, from answers that tests choose."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pandas as pd

from diagnose.instrument.model import Instrument

SECRETS = {
    "ipaddr": "192.0.2.77",
    "refurl": "https://intranet.example/wachtwoord",
    "first": "Vraag het aan Jannie van de balie",
    "email": "j.jansen@example.org",
}
"""Values of columns that must never get into Responses."""


def drawn_answers(
    instrument: Instrument, n: int, *, seed: int = 1, blank: float = 0.03
) -> pd.DataFrame:
    """Return codes as answered: coherent within a subscale, some 'na', some blank."""
    rng = np.random.default_rng(seed)
    columns = {}
    for subscale in instrument.subscales:
        position = rng.normal(0, 0.8, n)
        for item in subscale.items:
            scale = instrument.response_scale_of(item.id)
            values = np.round(
                (scale.lowest + scale.highest) / 2 + position + rng.normal(0, 0.7, n)
            )
            values = np.clip(values, scale.lowest, scale.highest)
            if item.keyed == "reverse":
                values = scale.lowest + scale.highest - values
            columns[item.id] = values.astype(int).astype(str)
    for item in instrument.context_items:
        columns[item.id] = rng.integers(1, 6, n).astype(str)
    frame = pd.DataFrame(columns, dtype=object)
    chance = rng.random(frame.shape)
    return frame.mask(chance < blank, "").mask(chance > 1 - blank, "na").astype(str)


def in_words(
    codes: pd.DataFrame, instrument: Instrument, language: str
) -> pd.DataFrame:
    """Return codes as labels of one language."""
    labels = {
        item.id: {
            point.code: point.label[language]
            for point in instrument.response_scale_of(item.id).points
        }
        for item in instrument.closed_items
    }
    return pd.DataFrame(
        {item: codes[item].map({**labels[item], "": ""}) for item in codes}
    )


def limesurvey(
    codes: pd.DataFrame,
    instrument: Instrument,
    *,
    headings: str = "code",
    answers: str = "short",
    language: str = "en",
    people: pd.DataFrame | None = None,
    submitted: list[str] | None = None,
) -> bytes:
    """Return a CSV export: BOM, semicolons, every value quoted, CRLF, blank last line.

    `headings` is ``code`` (``v[v1]``), ``em`` (``v_v1``), ``text`` (full text) or
    ``codetext``.
    """
    cells = codes if answers == "short" else in_words(codes, instrument, language)
    n = len(cells)
    when = submitted or ["1980-01-01 00:00:00"] * n
    columns: dict[str, list[str]] = {
        _system("id", "Response ID", headings): [str(i + 1) for i in range(n)],
        _system("submitdate", "Date submitted", headings): when,
        _system("lastpage", "Last page", headings): ["3"] * n,
        _system("startlanguage", "Start language", headings): [language] * n,
        _system("ipaddr", "IP address", headings): [SECRETS["ipaddr"]] * n,
        _system("refurl", "Referrer URL", headings): [SECRETS["refurl"]] * n,
    }
    for name in people.columns if people is not None else ():
        columns[name] = list(people[name])
    for item in cells:
        columns[_heading(item, instrument, headings, language)] = list(cells[item])
    columns["first"] = [SECRETS["first"] + '\r\ntweede regel; met "aanhaling"'] * n
    columns[_system("interviewtime", "Total time", headings)] = ["321.5"] * n
    return _written(list(columns), list(columns.values()), ";", "\r\n") + b"\r\n"


def _system(code: str, text: str, headings: str) -> str:
    return {"text": text, "codetext": f"{code}. {text}"}.get(headings, code)


def _heading(item: str, instrument: Instrument, headings: str, language: str) -> str:
    block = item.rstrip("0123456789")
    texts = {i.id: i.text for i in instrument.closed_items}[item]
    text = texts["floor"][language] if texts else ""
    return {
        "code": f"{block}[{item}]",
        "em": f"{block}_{item}",
        "text": f"How far do you agree? [{text}]",
        "codetext": f"{block}[{item}]. How far do you agree? [{text}]",
    }[headings]


def _written(
    headings: list[str], columns: list[list[str]], delimiter: str, end: str
) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=end
    )
    writer.writerow(headings)
    writer.writerows(zip(*columns, strict=True))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def qualtrics(
    codes: pd.DataFrame,
    instrument: Instrument,
    *,
    answers: str = "labels",
    language: str = "en",
    status: list[str] | None = None,
    finished: list[str] | None = None,
    names: str = "code",
) -> bytes:
    """Return a CSV export with three header rows; ``names="own"`` uses Q1_1, Q1_2, ….

    With ``answers="numbers"``, 'don't know' is 9.
    """
    if answers == "labels":
        cells = in_words(codes, instrument, language)
    else:
        cells = codes.replace("na", "9")
    n = len(cells)
    rows = [
        (
            "StartDate",
            "Start Date",
            "startDate",
            [f"2026-01-01 10:{i % 60:02}:00" for i in range(n)],
        ),
        ("Status", "Response Type", "status", status or ["IP Address"] * n),
        ("IPAddress", "IP Address", "ipAddress", [SECRETS["ipaddr"]] * n),
        ("Progress", "Progress", "progress", ["100"] * n),
        ("Duration (in seconds)", "Duration (in seconds)", "duration", ["321"] * n),
        ("Finished", "Finished", "finished", finished or ["True"] * n),
        ("ResponseId", "Response ID", "_recordId", [f"R_{i:05}" for i in range(n)]),
        ("RecipientEmail", "Recipient Email", "recipientEmail", [SECRETS["email"]] * n),
        ("UserLanguage", "User Language", "userLanguage", [language.upper()] * n),
    ]
    for position, item in enumerate(cells):
        block, number = (
            item.rstrip("0123456789"),
            item.lstrip("abcdefghijklmnopqrstuvwxyz"),
        )
        texts = {i.id: i.text for i in instrument.closed_items}[item]
        text = texts["floor"][language] if texts else item
        name = f"{block}_{number}" if names == "code" else f"Q1_{position + 1}"
        rows.append(
            (
                name,
                f"How far do you agree? - {text}",
                f"QID1_{position + 1}",
                list(cells[item]),
            )
        )
    rows.append(
        ("first", "What should happen first?", "QID9_TEXT", [SECRETS["first"]] * n)
    )
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([name for name, *_ in rows])
    writer.writerow([text for _, text, *_ in rows])
    writer.writerow([json.dumps({"ImportId": key}) for _, _, key, _ in rows])
    writer.writerows(zip(*(cells for *_, cells in rows), strict=True))
    return out.getvalue().encode("utf-8")
