"""Facts about respondents: role, language, time taken and a pseudonymous link."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.errors import Problem
from diagnose.instrument.labels import normalise_label
from diagnose.language.catalogue import load_catalogue
from diagnose.responses.answers.strange import is_common
from diagnose.responses.answers.vocabulary import as_number, find_decimal
from diagnose.responses.model import FLOOR
from diagnose.responses.problems import problem
from diagnose.responses.rows.check import ANONYMISED

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument
    from diagnose.responses.columns.mapping import ColumnMapping

_MOMENT = r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}|$)"


def read_roles(
    cells: pd.Series | None,
    instrument: Instrument,
    mapping: ColumnMapping,
    *,
    place: str,
    counted: pd.Series | None = None,
) -> tuple[pd.Series | str, list[Problem], list[Problem]]:
    """Return the role of each respondent, problems, and notes.

    Parameters
    ----------
    cells : pandas.Series of categories, or None
        Texts of the role column; None when there is none, then everyone has the
        mapping's role, or belongs to the work floor.
    instrument : Instrument
        Its forms and their titles name roles too.
    mapping : ColumnMapping
        Labels that a person gave.
    place : str
        Name of the export, for messages.
    counted : pandas.Series of bool, optional
        The rows whose texts matter; all when absent.
    """
    if cells is None:
        if isinstance(mapping.role, str):
            return mapping.role, [], []
        both = len({form.role for form in instrument.forms.values()}) > 1
        return FLOOR, [], [problem("R063", place)] if both else []
    names = _role_names(instrument, mapping)
    texts = [normalise_label(str(text)) for text in cells.cat.categories]
    shown = cells if counted is None else cells[counted]
    counts = np.bincount(shown.cat.codes.to_numpy(), minlength=len(texts))
    roles = np.array([names.get(text, FLOOR) for text in texts], dtype=object)
    strange = [
        (str(cells.cat.categories[position]).strip(), int(count))
        for position, count in enumerate(counts)
        if count and texts[position] and texts[position] not in names
    ]
    n_blank = int(sum(c for t, c in zip(texts, counts, strict=True) if not t))
    notes: list[Problem] = (
        [problem("R064", f"{place}: role", n=n_blank)] if n_blank else []
    )
    problems = [_strange_roles(f"{place}: role", strange)] if strange else []
    return (
        pd.Series(roles[cells.cat.codes.to_numpy()], index=cells.index),
        problems,
        notes,
    )


def _role_names(instrument: Instrument, mapping: ColumnMapping) -> dict[str, str]:
    words = load_catalogue("responses")
    names: dict[str, str] = {}
    for role in ("floor", "leader"):
        names[role] = role
        for text in words.entries[f"role.{role}"].values():
            names.update({normalise_label(name): role for name in text.split(";")})
    for key, form in instrument.forms.items():
        for text in (key, *form.title.values()):
            names[normalise_label(text)] = form.role
    if mapping.role is not None and not isinstance(mapping.role, str):
        for given, texts in mapping.role.labels.items():
            names.update({normalise_label(text): given for text in texts})
    return names


def _strange_roles(place: str, strange: list[tuple[str, int]]) -> Problem:
    shown = [
        f'"{text}" ({count}×)' for text, count in strange if is_common(text, count)
    ]
    hidden = len(strange) - len(shown)
    if not shown:
        return problem("R048", place, n=hidden)
    return problem("R041", place, labels=", ".join(shown), n=hidden)


def read_languages(cells: pd.Series) -> pd.Series:
    """Return two-letter language codes; empty where a cell names no language."""
    codes = [_language(str(text)) for text in cells.cat.categories]
    return pd.Series(
        np.array(codes, dtype=object)[cells.cat.codes.to_numpy()], index=cells.index
    )


def _language(text: str) -> str:
    code = normalise_label(text).replace("_", "-").split("-")[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def read_seconds(cells: pd.Series, *, decimal: str | None) -> pd.Series:
    """Return times in seconds; NaN where a cell holds no number or a negative one."""
    texts = [str(text).strip() for text in cells.cat.categories]
    mark = decimal or find_decimal(texts)
    times = [as_number(text, mark) for text in texts]
    values = [np.nan if time is None or time < 0 else time for time in times]
    return pd.Series(
        np.array(values, dtype=float)[cells.cat.codes.to_numpy()], index=cells.index
    )


def read_order(moments: pd.Series, keep: pd.Series) -> pd.Series:
    """Return the place of each kept row in the order of answering, from 0 to 1.

    Parameters
    ----------
    moments : pandas.Series of str
        Dates in ISO form, with or without a time; only these sort as they were meant.
        Any other text, and the date that stands for "anonymised", is unknown.
    keep : pandas.Series of bool
        The rows that remain; the others have no place.

    Returns
    -------
    pandas.Series of float
        ``(place - 1/2) / n`` among the rows of which the moment is known, equal moments
        at their mean place; NaN elsewhere, and everywhere when all moments are one. No
        date or time can be read from it.
    """
    texts = moments.str.strip().str.replace("T", " ", n=1)
    known = texts.str.match(_MOMENT) & ~texts.str.startswith(ANONYMISED) & keep
    places = texts.where(known).rank(method="average")
    if texts[known].nunique() < 2:
        return pd.Series(np.nan, index=moments.index)
    order: pd.Series = (places - 0.5) / known.sum()
    return order


def hash_links(cells: pd.Series, key: str | bytes) -> pd.Series:
    """Return link codes as keyed hashes, so that no code survives the intake.

    HMAC-SHA-256 over the code without differences of case and white space; without
    the key neither a code nor a list of codes can be tried against the hashes.
    """
    secret = key.encode("utf-8") if isinstance(key, str) else key
    hashes = [
        _hash(normalise_label(str(text)), secret) for text in cells.cat.categories
    ]
    return pd.Series(
        np.array(hashes, dtype=object)[cells.cat.codes.to_numpy()], index=cells.index
    )


def _hash(code: str, secret: bytes) -> str:
    if not code:
        return ""
    return hmac.new(secret, code.encode("utf-8"), hashlib.sha256).hexdigest()
