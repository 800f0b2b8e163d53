"""The audit of open answers, on the publication alone."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.disclosure.log import Row
from diagnose.errors import Problem
from diagnose.instrument.labels import normalise_label
from diagnose.responses.comments.themes import (
    is_label,
    names_a_unit,
    names_someone,
    words_of_units,
)

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication

_COLUMNS = {
    "questions": {"wave", "item", "n_answered", "n_quotes", "n_unlisted", "status"},
    "quotes": {"wave", "item", "quote"},
    "themes": {
        *("wave", "item", "theme", "kind", "n_texts", "share", "status", "n_other"),
        *("n_elsewhere", "bound", "share_other", "statistic", "p_value", "p_adjusted"),
        *("log_ratio", "conf_low", "conf_high", "direction"),
    },
}
_PARTS = tuple(_COLUMNS)
_ABOUT = ["wave", "item"]
_JOIN_LETTERS = "\u200c\u200d"
Key = tuple[str, str]
Shown = Mapping[Key, Row]


def find_comment_leaks(publication: Publication) -> Iterator[Problem]:
    """Yield quotes and counts of themes that tell about a few people.

    Codes: ``D055`` too few people behind a question or a theme, ``D056`` a few people
    left over (not quoted, not naming a theme, without any line, beyond the roles that
    are shown), ``D057`` something else beside a quote or theme than its question: a
    trait, an order, a sign nobody sees, a name; ``D058`` a comparison that does not
    follow from what is shown.
    """
    problems = [*_other_columns(publication)]
    if problems:  # the other checks ask for these columns
        yield from problems
        return
    answers = publication.comments
    shown: dict[Key, Row] = {
        (row["wave"], row["item"]): row
        for row in answers.questions.to_dict("records")
        if row["status"] == "shown"
    }
    yield from _questions(publication, shown)
    yield from _beyond_the_roles(publication, shown)
    for key, rows in _by_question(answers.quotes):
        yield from _quotes(rows, shown.get(key))
    for key, rows in _by_question(answers.themes):
        yield from _themes(rows, shown.get(key), publication.thresholds.scores)
    yield from _labels(publication)
    for row in answers.themes.to_dict("records"):
        if not np.isnan(row["statistic"]) or not np.isnan(row["n_other"]):
            yield from _comparison(row, answers.themes, shown, publication)


def _other_columns(publication: Publication) -> Iterator[Problem]:
    for part in _PARTS:
        if set(getattr(publication.comments, part).columns) != _COLUMNS[part]:
            yield _leak("D057", part, "has other columns than a question needs")


def _by_question(frame: pd.DataFrame) -> list[tuple[Key, pd.DataFrame]]:
    grouped = frame.groupby(_ABOUT, sort=False) if len(frame) else ()
    return [((str(wave), str(item)), rows) for (wave, item), rows in grouped]


def _questions(publication: Publication, shown: Shown) -> Iterator[Problem]:
    limits, answers = publication.thresholds, publication.comments
    counted = {key: len(rows) for key, rows in _by_question(answers.quotes)}
    for key, row in shown.items():
        n, n_quotes = row["n_answered"], row["n_quotes"]
        if not n >= limits.comments:
            yield _leak("D055", "questions", f"has fewer than {limits.comments} people")
        if counted.get(key, 0) != n_quotes:
            yield _leak("D056", "questions", "counts other quotes than there are")
        if not (n == n_quotes or n - n_quotes >= limits.scores):
            yield _leak("D056", "questions", "leaves a few people unquoted")
    hidden = answers.questions.loc[answers.questions["status"] != "shown"]
    if hidden[["n_answered", "n_quotes", "n_unlisted"]].notna().to_numpy().any():
        yield _leak("D055", "questions", "has numbers in hidden rows")
    if answers.questions.duplicated(_ABOUT).any():
        yield _leak("D056", "questions", "has a question twice")


def _beyond_the_roles(publication: Publication, shown: Shown) -> Iterator[Problem]:
    """Yield questions that more people answered than roles show, while one is hidden.

    Of an earlier wave only the work floor is known, by the trend.
    """
    roles = publication.participation.roles
    hidden = (roles["status"] == "hidden").any()
    n_people = roles.loc[roles["status"] != "hidden", "n_respondents"].sum()
    for (wave, _), row in shown.items():
        known = n_people if wave == publication.wave else _most(publication, wave)
        if (hidden or wave != publication.wave) and row["n_answered"] > known:
            yield _leak("D056", "questions", "counts people of a hidden role")


def _most(publication: Publication, wave: str) -> float:
    trend = publication.trend
    rows = trend.loc[(trend["wave"] == wave) & (trend["status"] == "shown")]
    return float(rows["n_respondents"].max()) if len(rows) else np.inf


def _quotes(rows: pd.DataFrame, question: Row | None) -> Iterator[Problem]:
    if question is None:
        yield _leak("D055", "quotes", "quotes a question that is not shown")
    quotes = [str(quote) for quote in rows["quote"]]
    key = hashlib.sha256("\0".join(sorted(quotes)).encode("utf-8"))
    places = [_place(key.digest(), quote) for quote in quotes]
    if places != sorted(places):
        yield _leak("D057", "quotes", "stand in an order of their own")
    if any(_hides_signs(quote) for quote in quotes):
        yield _leak("D057", "quotes", "hold signs that nobody sees")


def _place(key: bytes, quote: str) -> bytes:
    return hmac.new(key, quote.encode("utf-8"), hashlib.sha256).digest()


def _hides_signs(quote: str) -> bool:
    return any(
        unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        for c in quote
        if c not in _JOIN_LETTERS
    )


def _themes(
    rows: pd.DataFrame, question: Row | None, smallest: int
) -> Iterator[Problem]:
    if question is None:
        yield _leak("D055", "themes", "counts themes of a question that is not shown")
        return
    counted = rows.loc[rows["status"] == "shown"]
    n, n_texts = question["n_answered"], counted["n_texts"].astype(float)
    if not (n_texts >= smallest).all():
        yield _leak("D055", "themes", f"counts fewer than {smallest} people")
    if not (n - n_texts >= smallest).all():
        yield _leak("D056", "themes", "leaves a few who did not name a theme")
    if 0 < n - n_texts.sum() < smallest and len(counted):
        yield _leak("D056", "themes", "leaves a few without a theme")
    if not np.allclose(counted["share"].astype(float) * n, n_texts):
        yield _leak("D058", "themes", "has shares of another number of people")
    hidden = rows.loc[rows["status"] != "shown"].select_dtypes("number")
    if hidden.notna().to_numpy().any():
        yield _leak("D055", "themes", "has numbers in hidden rows")


def _labels(publication: Publication) -> Iterator[Problem]:
    frames = (publication.participation.units, publication.units.cells)
    paths = (path for frame in frames for path in frame["path"])
    units = words_of_units({label for path in paths for label in path})
    themes = publication.comments.themes
    for theme in dict.fromkeys(themes.loc[themes["kind"] != "other", "theme"]):
        if not is_label(theme) or names_someone(theme) or names_a_unit(theme, units):
            yield _leak("D057", "themes", "has a theme that names a unit or a person")
    if (themes.loc[themes["kind"] == "other", "theme"] != "").any():
        yield _leak("D057", "themes", "names one of the other themes")


def _comparison(
    row: Row, themes: pd.DataFrame, shown: Shown, publication: Publication
) -> Iterator[Problem]:
    """Check that a comparison uses no number that a reader does not have."""
    wave, item = row["wave"], row["item"]
    smallest = publication.thresholds.scores
    others = {k: q for k, q in shown.items() if k[0] == wave and k[1] != item}
    low = high = total = 0.0
    for (_, other), question in others.items():
        beside = themes.loc[(themes["wave"] == wave) & (themes["item"] == other)]
        least, most = _known(str(row["theme"]), beside, question, smallest)
        low, high, total = low + least, high + most, total + question["n_answered"]
    allowed = {"exact": (low, high), "most": (high,), "least": (low,)}
    told = allowed.get(row["bound"], ())
    if row["kind"] != "theme" or row["n_elsewhere"] != total:
        yield _leak("D058", "themes", "compares with other people than are shown")
    elif row["n_other"] not in told or (row["bound"] == "exact" and low != high):
        yield _leak("D058", "themes", "compares with a number that is not shown")


def _known(
    theme: str, beside: pd.DataFrame, question: Row, smallest: int
) -> tuple[float, float]:
    """Return the least and the most that is shown of a theme in another question."""
    named = beside.loc[
        (beside["kind"] != "other")
        & (beside["theme"].astype(str).map(normalise_label) == normalise_label(theme))
    ]
    n = float(question["n_answered"])
    if named.empty:
        unlisted = question["n_unlisted"]
        return 0.0, n if np.isnan(unlisted) else min(float(unlisted), smallest - 1)
    if named["kind"].iloc[0] == "common":
        return n - smallest + 1, n
    return float(named["n_texts"].iloc[0]), float(named["n_texts"].iloc[0])


def _leak(code: str, part: str, message: str) -> Problem:
    return Problem(
        code=code,
        place=f"publication.comments.{part}",
        message=message,
        remedy="make publications with `diagnose.publish` only, and report this",
    )
