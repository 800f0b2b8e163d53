"""Check a design against its instrument and report every problem at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from diagnose.errors import DesignError, Problem
from diagnose.instrument.model import Instrument
from diagnose.simulation.design import Design, PerSubscale


def check_design(design: Design, instrument: Instrument) -> None:
    """Raise when no organisation of this design can exist.

    Raises
    ------
    DesignError
        With all problems at once: ``S001`` units and team sizes, ``S002`` a number
        out of its range, ``S003`` a name that the instrument or the design does not
        have, ``S004`` the correlation matrix, ``S005`` the instrument cannot be
        simulated in this way.
    """
    problems = [
        *_unit_problems(design),
        *_range_problems(design),
        *_name_problems(design, instrument),
        *_mean_problems(design, instrument),
        *_correlation_problems(design, instrument),
        *_instrument_problems(design, instrument),
    ]
    if problems:
        raise DesignError(problems)


def _problem(code: str, field: str, found: str, allowed: str) -> Problem:
    return Problem(code=code, place=f"design: {field}", message=found, allowed=allowed)


def _unit_problems(design: Design) -> Iterator[Problem]:
    levels, counts = design.hierarchy, design.n_units
    if not levels or len(set(levels)) < len(levels):
        yield _problem("S001", "hierarchy", f"is {levels!r}", "one or more level names")
    if len(counts) != len(levels):
        yield _problem(
            "S001",
            "n_units",
            f"has {len(counts)} numbers",
            f"{len(levels)}, one a level",
        )
        return
    if min(counts, default=1) < 1 or list(counts) != sorted(counts):
        yield _problem(
            "S001", "n_units", f"is {counts!r}", "at least 1, and growing downwards"
        )
    yield from _label_problems(design)
    yield from _size_problems(design)


def _label_problems(design: Design) -> Iterator[Problem]:
    for level, n_units in zip(design.hierarchy, design.n_units, strict=True):
        labels = tuple(design.labels.get(level, ()))
        if level in design.labels and len(set(labels)) != n_units:
            yield _problem(
                "S001",
                f"labels[{level!r}]",
                f"has {len(set(labels))} different names",
                f"{n_units}, one a unit",
            )


def _size_problems(design: Design) -> Iterator[Problem]:
    smallest = (design.leaders_per_team or 0) + 1
    allowed = f"at least {smallest}: the leaders and one member of the work floor"
    if design.team_sizes is None:
        low, high = design.team_size_range
        if not smallest <= low <= high:
            yield _problem(
                "S001",
                "team_size_range",
                f"is {(low, high)!r}",
                f"{allowed}, low to high",
            )
        return
    if len(design.team_sizes) != design.n_units[-1]:
        yield _problem(
            "S001",
            "team_sizes",
            f"has {len(design.team_sizes)} numbers",
            f"{design.n_units[-1]}, one a team",
        )
    for number, size in enumerate(design.team_sizes):
        if size < smallest:
            yield _problem("S001", f"team_sizes[{number}]", f"is {size}", allowed)


_SHARES = (
    "straight_share",
    "random_share",
    "dont_know_share",
    "unanswered_share",
    "stayers_share",
)
_CORRELATIONS = ("stability", "team_stability")
_POSITIVE = ("team_size_median", "threshold_reach", "seconds_per_item")
_NOT_NEGATIVE = ("team_size_spread", "difficulty_spread")


def _range_problems(design: Design) -> Iterator[Problem]:
    for name in _SHARES + _CORRELATIONS:
        yield from _outside(name, getattr(design, name), 0, 1)
    for name in _POSITIVE + _NOT_NEGATIVE:
        lowest = 1e-6 if name in _POSITIVE else 0
        yield from _outside(name, getattr(design, name), lowest, np.inf)
    for label, unit in design.units.items():
        place = f"units[{label!r}]"
        if unit.divided is not None:
            yield from _outside(f"{place}.divided", unit.divided, 0, np.inf)
        if unit.response_rate is not None:
            yield from _outside(f"{place}.response_rate", unit.response_rate, 0, 1)
    yield from _outside("response_rate", design.response_rate, 1e-6, 1)
    yield from _outside("leaders_per_team", design.leaders_per_team or 0, 0, np.inf)
    for name, value in _numbers("team_share", design.team_share):
        yield from _outside(name, value, 0, 0.99)
    for name, value in _numbers("loadings", design.loadings):
        yield from _outside(name, value, 0, 0.99)
    yield from _sum_problems(design)


def _sum_problems(design: Design) -> Iterator[Problem]:
    if design.straight_share + design.random_share > 1:
        yield _problem(
            "S002", "straight_share + random_share", "is more than 1", "at most 1"
        )
    shares = tuple(design.languages.values())
    if shares and (min(shares) < 0 or abs(sum(shares) - 1) > 1e-9):
        yield _problem(
            "S002", "languages", f"has shares {shares!r}", "not negative, together 1"
        )


def _numbers(
    name: str, value: float | Mapping[str, float]
) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        yield from ((f"{name}[{key!r}]", number) for key, number in value.items())
    else:
        yield name, value


def _outside(name: str, value: float, low: float, high: float) -> Iterator[Problem]:
    if not low <= value <= high:
        limits = f"at least {low:g}" if high == np.inf else f"{low:g} to {high:g}"
        yield _problem("S002", name, f"is {value!r}", limits)


def _name_problems(design: Design, instrument: Instrument) -> Iterator[Problem]:
    subscales = [subscale.id for subscale in instrument.subscales]
    per_subscale: dict[str, PerSubscale | None] = {
        "means": design.means,
        "team_share": design.team_share,
        "leader_gap": design.leader_gap,
    }
    for label, unit in design.units.items():
        per_subscale[f"units[{label!r}].shift"] = unit.shift
        per_subscale[f"units[{label!r}].leader_gap"] = unit.leader_gap
    for wave, change in design.change.items():
        per_subscale[f"change[{wave!r}]"] = change
    for name, value in per_subscale.items():
        yield from _unknown(name, value, subscales)
    units = [
        label
        for level in design.hierarchy[: len(design.n_units)]
        for label in design.unit_labels(level)
    ]
    yield from _unknown("loadings", design.loadings, instrument.item_ids)
    yield from _unknown("labels", design.labels, design.hierarchy)
    yield from _unknown("units", design.units, units)
    yield from _unknown("change", design.change, design.waves)
    yield from _unknown("languages", design.languages, tuple(instrument.languages))
    if not design.waves or len(set(design.waves)) < len(design.waves):
        yield _problem("S003", "waves", f"is {design.waves!r}", "different labels")


def _unknown(name: str, value: object, known: Iterable[str]) -> Iterator[Problem]:
    keys = value if isinstance(value, Mapping) else ()
    allowed = list(known)
    for key in keys:
        if key not in allowed:
            listed = ", ".join(map(repr, allowed[:12]))
            rest = f" and {len(allowed) - 12} more" if len(allowed) > 12 else ""
            yield _problem("S003", name, f"names {key!r}", listed + rest)


def _mean_problems(design: Design, instrument: Instrument) -> Iterator[Problem]:
    for subscale in instrument.subscales:
        scale = instrument.response_scale(subscale.response_scale)
        mean = design.means.get(subscale.id)
        if mean is not None and not scale.lowest < mean < scale.highest:
            yield _problem(
                "S002",
                f"means[{subscale.id!r}]",
                f"is {mean!r}",
                f"between {scale.lowest:g} and {scale.highest:g}, not at an end",
            )


def _correlation_problems(design: Design, instrument: Instrument) -> Iterator[Problem]:
    n_subscales = len(instrument.subscales)
    matrix = correlation_matrix(design, n_subscales)
    shape = f"a number, or {n_subscales} rows of {n_subscales} numbers"
    if matrix is None:
        yield _problem("S004", "correlation", "has the wrong shape", shape)
        return
    symmetric = np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1)
    if not symmetric or not np.linalg.eigvalsh(matrix).min() > 1e-8:
        yield _problem(
            "S004",
            "correlation",
            "is no correlation matrix of distinguishable subscales",
            "symmetric, ones on the diagonal, positive definite",
        )


def correlation_matrix(design: Design, n_subscales: int) -> np.ndarray | None:
    """Return the latent correlations as a matrix, None when the shape is wrong."""
    given = design.correlation
    if isinstance(given, int | float):
        return np.where(np.eye(n_subscales, dtype=bool), 1.0, float(given))
    if any(len(row) != n_subscales for row in given) or len(given) != n_subscales:
        return None
    return np.array(given, dtype=float)


def _instrument_problems(design: Design, instrument: Instrument) -> Iterator[Problem]:
    if design.leaders_per_team and instrument.form_of_role("leader") is None:
        yield _problem(
            "S005",
            "leaders_per_team",
            f"is {design.leaders_per_team}, but {instrument.id} has no leader form",
            "0 or None",
        )
    for item in instrument.closed_items:
        scale = instrument.response_scale_of(item.id)
        values = np.array(scale.values)
        mirrored = (scale.lowest + scale.highest - values)[::-1]
        if item.keyed == "reverse" and not np.allclose(values, mirrored):
            yield _problem(
                "S005",
                f"instrument {instrument.id}, item {item.id}",
                "is reverse-keyed on a response scale that is not symmetric",
                "values that mirror each other around the middle",
            )
