"""The tables of factor models, curves and tests of comparability."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from diagnose.language import load_catalogue
from diagnose.plots.words import Row, Words, rows
from diagnose.report.build import (
    Field,
    coded_text,
    interval_fields,
    item_field,
    known_text,
    make_table,
    numbers,
    subscale_field,
)
from diagnose.report.document import Table

_FROM_THE_END = 0.5
"""How far from both ends of the response scale precision is still given. At the ends
themselves it is not defined: who is expected there lies infinitely far out."""


def model_tables(words: Words) -> dict[str, Table]:
    """Return the tables that have rows, by name, in the order of reading."""
    measurement = words.publication.measurement
    makers: dict[str, tuple[object, Callable[[Words], Table]]] = {
        "factor-models": (measurement.models, fit_table),
        "loadings": (measurement.loadings, loadings_table),
        "pairs": (measurement.pairs, pairs_table),
        "precision": (measurement.information, precision_table),
        "comparisons": (measurement.comparisons, comparisons_table),
    }
    return {
        name: make(words)
        for name, (frame, make) in makers.items()
        if len(frame)  # type: ignore[arg-type]
    }


def fit_table(words: Words) -> Table:
    """Return how closely each model describes the answers."""
    return make_table(
        words,
        "factor-models",
        words.text("models.caption"),
        [
            Field("model", read=lambda row: _model(words, row["model"])),
            _coded(words, "scope"),
            _coded(words, "estimator"),
            *numbers("n_respondents", "n_items", kind="count"),
            Field("statistic", "number", heading="chi_square"),
            Field("df", "count", heading="degrees"),
            Field("p_value", "p_value"),
            *numbers("cfi", "tli", "rmsea", "rmsea_low", kind="index"),
            *numbers("rmsea_high", "srmr", kind="index"),
            Field("bic", "count"),
            _note(words),
        ],
        rows(words.publication.measurement.models),
        note=words.text("models.note"),
    )


def _model(words: Words, name: str) -> str:
    if load_catalogue("report").has(f"model.{name}"):
        return words.text(f"model.{name}")
    return words.text("model.grouping", name=name)


def loadings_table(words: Words) -> Table:
    """Return how closely each item is tied to its subscale."""
    return make_table(
        words,
        "loadings",
        words.text("loadings.caption"),
        [
            item_field(words),
            subscale_field(words),
            Field("estimate", "number", heading="loading"),
            *numbers("std_error"),
            *interval_fields("conf_low", "conf_high"),
            Field("n_respondents", "count"),
            _coded(words, "estimator"),
            Field(
                "flag",
                read=lambda row: known_text(words, "findings", row["flag"]),
                heading="note",
            ),
        ],
        rows(words.publication.measurement.loadings),
        note=words.text("loadings.note"),
    )


def pairs_table(words: Words) -> Table:
    """Return how alike every two subscales are, the closest first."""
    found = rows(words.publication.measurement.pairs)
    return make_table(
        words,
        "pairs",
        words.text("pairs.caption"),
        [
            Field("first", read=lambda row: words.subscale(row["first"])),
            Field("second", read=lambda row: words.subscale(row["second"])),
            Field("estimate", "number", heading="correlation"),
            *interval_fields("conf_low", "conf_high"),
            *numbers("htmt"),
            Field("n_respondents", "count"),
            _coded(words, "estimator"),
            _pair(words, "verdict"),
            *numbers("other_estimate"),
            _pair(words, "other_verdict"),
        ],
        sorted(found, key=lambda row: -np.nan_to_num(row["estimate"])),
        note=words.text("pairs.note"),
    )


def _pair(words: Words, key: str) -> Field:
    def verdict(row: Row) -> str:
        return known_text(words, "findings", f"pair.{row[key]}" if row[key] else "")

    return Field(key, read=verdict, heading=f"pair_{key}")


def precision_table(words: Words) -> Table:
    """Return how precisely each subscale measures at some of its scores."""
    return make_table(
        words,
        "precision",
        words.text("precision.caption"),
        [
            subscale_field(words),
            Field("score", "number"),
            Field("reliability", "number", heading="score_reliability"),
            *numbers("std_error", "information"),
            Field("n_respondents", "count"),
            _note(words),
        ],
        list(_precision_rows(words)),
        note=words.text("precision.note"),
    )


def _precision_rows(words: Words) -> Iterator[Row]:
    curves = words.publication.measurement.information
    instrument = words.publication.instrument
    for subscale, curve in curves.groupby("subscale", sort=False):
        first = rows(curve)[0]
        points = curve.dropna(subset=["score"]).sort_values("score")
        if points.empty:
            yield first
            continue
        scale = instrument.response_scale(
            instrument.subscale(str(subscale)).response_scale
        )
        for score in _scores(scale.lowest, scale.highest):
            inside = points["score"].min() <= score <= points["score"].max()
            at: Row = dict.fromkeys(("reliability", "std_error", "information"), np.nan)
            if inside:
                for name in list(at):
                    at[name] = float(np.interp(score, points["score"], points[name]))
            yield {**first, **at, "score": score}


def _scores(lowest: float, highest: float) -> list[float]:
    """Return the inner points of a response scale, and one close to each end."""
    inner = np.arange(lowest + 1, highest)
    return [lowest + _FROM_THE_END, *map(float, inner), highest - _FROM_THE_END]


def comparisons_table(words: Words) -> Table:
    """Return what forms, languages and waves allow to be compared, step by step."""
    return make_table(
        words,
        "comparisons",
        words.text("comparisons.caption"),
        [
            subscale_field(words),
            _coded(words, "across"),
            Field(
                "level",
                read=lambda row: _code(words, "step", row["level"]),
                heading="step",
            ),
            *numbers("n_groups", "n_respondents", kind="count"),
            Field("statistic", "number", heading="chi_square"),
            Field("df", "count", heading="degrees"),
            Field("p_value", "p_value"),
            *numbers("cfi", "delta_cfi", "rmsea", "delta_rmsea", kind="index"),
            Field("holds", read=lambda row: _code(words, "holds", row["holds"])),
            Field("released", read=lambda row: str(row["released"]).upper()),
            Field(
                "verdict",
                read=lambda row: _comparison(words, row),
                heading="comparable",
            ),
            _note(words),
        ],
        rows(words.publication.measurement.comparisons),
        note=words.text("comparisons.note"),
    )


def _comparison(words: Words, row: Row) -> str:
    key = f"comparison.{row['verdict']}" if row["verdict"] else ""
    return known_text(words, "findings", key)


def _coded(words: Words, key: str) -> Field:
    """Return a column whose codes have words in the catalogue."""
    return Field(key, read=lambda row: _code(words, key, row[key]))


def _code(words: Words, group: str, key: str) -> str:
    return coded_text(words, group, key) if key else ""


def _note(words: Words) -> Field:
    return Field("note", read=lambda row: known_text(words, "findings", row["note"]))
