"""Write responses the way LimeSurvey would, and the head counts beside them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option
from diagnose.instrument.model import Instrument, Item, Point, Role
from diagnose.language import load_catalogue
from diagnose.responses.model import Responses

Answers = Literal["codes", "labels"]
Heading = Literal["code", "full"]
ExportLanguage = Literal["en", "nl"]

CONTEXT_BLOCK = "context"
_SYSTEM = {
    "id": "Response ID",
    "submitdate": "Date submitted",
    "lastpage": "Last page",
    "startlanguage": "Start language",
    "seed": "Seed",
    "startdate": "Date started",
    "datestamp": "Date last action",
    "ipaddr": "IP address",
    "refurl": "Referrer URL",
}
_ROLES: tuple[Role, ...] = ("floor", "leader")
_TIMINGS = {"interviewtime": "Total time", "groupTime1": "Group time: 1"}
_ANONYMISED = "1980-01-01 00:00:00"
_NO_ADDRESS = "192.0.2.1"
"""An address that is reserved for documentation (RFC 5737); nobody has it."""
_NO_REFERRER = "https://survey.example/"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    """In which words headings and answers are written."""

    language: ExportLanguage
    answers: Answers
    heading: Heading


def write_limesurvey_csv(
    responses: Responses,
    path: str | Path,
    *,
    language: ExportLanguage,
    answers: Answers = "codes",
    heading: Heading = "code",
    n_partial: int = 0,
    comment_share: float = 0.15,
    seed: int = 0,
) -> Path:
    """Write one wave of responses as a CSV export of an anonymised LimeSurvey survey.

    Semicolons, every value quoted, CRLF, a blank last line and UTF-8 with a byte
    order mark. Columns that nobody may keep, such as an address, hold a constant that
    is nobody's. Reading the file gives the same answers.

    Parameters
    ----------
    responses : Responses
        Answers of one wave.
    path : str or Path
        File to write, whole or not at all; an existing file is replaced.
    language : {"en", "nl"}
        Language of the labels and of full headings.
    answers : {"codes", "labels"}
        Whether answers are written as codes or in words.
    heading : {"code", "full"}
        ``v[v1]``, or the question with the wording of the work floor.
    n_partial : int
        Rows to add of people who broke off: no submission date, random answers to
        the first third of the items. They are no part of `responses`.
    comment_share : float
        Share of respondents with an answer to the open question, 0 to 1, taken from
        a small stock of synthetic comments in the language of the respondent.
    seed : int
        Of the partial rows and the comments.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ValueError
        An unknown option, or responses of more than one wave.
    """
    check_option("language", language, ExportLanguage)
    check_option("answers", answers, Answers)
    check_option("heading", heading, Heading)
    waves = sorted(responses.people["wave"].unique())
    if len(waves) > 1:
        raise ValueError(
            f"an export holds one wave; these responses hold {', '.join(waves)}."
        )
    wording = _Wording(language=language, answers=answers, heading=heading)
    rng = np.random.default_rng(seed)
    table = _complete_rows(responses, wording, comment_share, rng)
    table = _add_partial_rows(responses, table, wording, n_partial, rng)
    _number_rows(table)
    headings = _headings(responses, wording)
    text = io.StringIO()
    writer = csv.writer(
        text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n"
    )
    writer.writerow(headings[column] for column in table.columns)
    writer.writerows(table.itertuples(index=False, name=None))
    text.write("\r\n")
    return write_whole(path, text.getvalue().encode("utf-8-sig"))


def write_organisation_csv(responses: Responses, path: str | Path) -> Path:
    """Write the head counts: a column for each level, and ``n_members``.

    Raises
    ------
    ValueError
        The responses come without head counts.
    """
    if responses.head_counts is None:
        raise ValueError("these responses come without head counts.")
    counts = responses.head_counts.astype({"n_members": int})
    text = counts.to_csv(index=False, lineterminator="\n")
    return write_whole(path, text.encode("utf-8"))


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file whole or not at all, with the folders above it."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(content)
    return draft.replace(path)


def _complete_rows(
    responses: Responses,
    wording: _Wording,
    comment_share: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    people = responses.people
    table = pd.DataFrame(
        "", index=people.index, columns=list(_columns(responses)), dtype=object
    )
    table["submitdate"] = _ANONYMISED
    table["lastpage"] = "3"
    table["startlanguage"] = people["language"]
    for level in responses.hierarchy:
        table[level] = people[level]
    roles = {role: _role_text(responses.instrument, role, wording) for role in _ROLES}
    table["role"] = people["role"].map(roles)
    for item in _asked(responses):
        table[item.id] = _answer_texts(responses, item, wording)
    for open_item in responses.instrument.open_items:
        table[open_item.id] = _comments(people["language"], comment_share, rng)
    seconds = people["seconds"]
    timed = [f"{value:.2f}" if np.isfinite(value) else "" for value in seconds]
    for timing in _TIMINGS:
        table[timing] = timed
    return table


def _columns(responses: Responses) -> Iterator[str]:
    yield from _SYSTEM
    yield from responses.hierarchy
    yield "role"
    yield from (item.id for item in _asked(responses))
    yield from (item.id for item in responses.instrument.open_items)
    yield from _TIMINGS


def _asked(responses: Responses) -> list[Item]:
    columns = responses.answers.columns
    return [i for i in responses.instrument.closed_items if i.id in columns]


def _role_text(instrument: Instrument, role: Role, wording: _Wording) -> str:
    form = instrument.form_of_role(role)
    if form is None or wording.answers == "codes":
        return role
    return instrument.forms[form].title.get(wording.language, role)


def _answer_texts(responses: Responses, item: Item, wording: _Wording) -> list[str]:
    scale = responses.instrument.response_scale_of(item.id)
    texts: dict[float | None, str] = {}
    for point in scale.points:
        texts.setdefault(point.value, _point_text(point, wording))
    values = responses.answers[item.id].to_numpy(dtype=float)
    unknown = responses.not_applicable[item.id].to_numpy(dtype=bool)
    return [
        texts[None] if na else texts[value] if np.isfinite(value) else ""
        for value, na in zip(values.tolist(), unknown.tolist(), strict=True)
    ]


def _point_text(point: Point, wording: _Wording) -> str:
    if wording.answers == "codes":
        return point.code
    return point.label.get(wording.language, next(iter(point.label.values())))


def _comments(
    languages: pd.Series, share: float, rng: np.random.Generator
) -> list[str]:
    stock = load_catalogue("simulation").entries
    keys = sorted(key for key in stock if key.startswith("comment."))
    chosen = (rng.random(len(languages)) * len(keys)).astype(int)
    speaks = rng.random(len(languages)) < share
    return [
        stock[keys[number]].get(language, stock[keys[number]]["en"]) if says else ""
        for number, says, language in zip(chosen, speaks, languages, strict=True)
    ]


def _add_partial_rows(
    responses: Responses,
    table: pd.DataFrame,
    wording: _Wording,
    n_partial: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Scatter rows of people who broke off; the order of the others remains."""
    alike = np.sort((rng.random(n_partial) * len(table)).astype(int))
    rows = table.iloc[alike].copy()
    rows["submitdate"], rows["lastpage"] = "", "1"
    items = _asked(responses)
    n_answered = len(items) // 3
    for number, item in enumerate(items):
        scale = responses.instrument.response_scale_of(item.id)
        texts = [_point_text(point, wording) for point in scale.points]
        drawn = (rng.random(n_partial) * len(texts)).astype(int)
        rows[item.id] = [texts[i] if number < n_answered else "" for i in drawn]
    for column in (*(i.id for i in responses.instrument.open_items), *_TIMINGS):
        rows[column] = ""
    return pd.concat([table, rows]).sort_index(kind="stable").reset_index(drop=True)


def _number_rows(table: pd.DataFrame) -> None:
    numbers = np.arange(1, len(table) + 1)
    table["id"] = numbers.astype(str)
    table["seed"] = (1_000_000_000 + numbers * 7_368_787 % 999_999_937).astype(str)
    table["startdate"] = table["datestamp"] = _ANONYMISED
    table["ipaddr"], table["refurl"] = _NO_ADDRESS, _NO_REFERRER


def _headings(responses: Responses, wording: _Wording) -> dict[str, str]:
    instrument = responses.instrument
    headings = {name: name for name in _columns(responses)}
    for item in _asked(responses):
        headings[item.id] = f"{_block(instrument, item)}[{item.id}]"
    if wording.heading == "full":
        headings |= _SYSTEM | _TIMINGS
        headings |= _question_texts(responses, wording.language)
    return headings


def _block(instrument: Instrument, item: Item) -> str:
    if item in instrument.context_items:
        return CONTEXT_BLOCK
    return instrument.subscale_of(item.id).id


def _question_texts(responses: Responses, language: ExportLanguage) -> dict[str, str]:
    instrument = responses.instrument
    form = instrument.form_of_role("floor") or next(iter(instrument.forms))
    stem = load_catalogue("simulation").text("stem", language)
    texts = {
        item.id: f"{stem} [{item.text[form][language]}]"
        for item in _asked(responses)
        if item.text and language in item.text.get(form, {})
    }
    for open_item in instrument.open_items:
        texts[open_item.id] = open_item.text.get(form, {}).get(language, open_item.id)
    return texts
