"""Did people move: waves whose respondents can be followed, by a mixed model."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion, require
from diagnose.statistics.change.linked_rows import LinkedRows, linked_rows
from diagnose.statistics.means import as_vector
from diagnose.statistics.mixed_regression import (
    NestedRegression,
    fit_nested_regression,
    nested_sums,
)
from diagnose.statistics.multiplicity import adjust_p_values
from diagnose.statistics.team_sums import FloatArray

DegreesOfFreedom = Literal["satterthwaite", "containment"]
TimeForm = Literal["categorical", "linear"]

# Beyond this ratio of variances the answers of a person differ by rounding alone.
_NO_RESIDUAL = 1e7
_ALIKE = (
    "all {} people with two waves or more moved alike, which leaves no error to judge "
    "the change by."
)

_LEAST_TIME = 1e-50  # the squares of less vanish


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkedChange:
    """Change of people who can be followed over waves.

    Attributes
    ----------
    method : str
        ``"REML"``, with the random intercepts: ``"person"`` or ``"person in team"``.
    form : {"categorical", "linear"}
        A mean for every wave, or a straight line in time.
    df_method : {"satterthwaite", "containment"}
        How the degrees of freedom were found.
    var_person, var_residual : float
        Variance between people (of one team) and within a person over waves, in
        squared units of the score.
    var_team : float or None
        Variance between teams; None without teams.
    person_share : float
        Share of all variance that lies between people, teams included, 0-1.
    log_likelihood : float
        Restricted log-likelihood, as in lme4.
    conf_level : float
        Coverage of the intervals.
    n_respondents : int
        People with at least one score.
    n_linked : int
        People with scores in two waves or more.
    n_answers, n_waves : int
        Scores analysed, and waves.
    n_teams : int or None
        Teams; None when not given.
    notes : tuple of str
        What a reader must know beside the numbers.
    """

    method: str
    form: str
    df_method: str
    var_person: float
    var_residual: float
    var_team: float | None
    person_share: float
    log_likelihood: float
    conf_level: float
    n_respondents: int
    n_linked: int
    n_answers: int
    n_waves: int
    n_teams: int | None
    notes: tuple[str, ...]
    _changes: pd.DataFrame
    _waves: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a change.

        Columns: wave, versus (the wave it is compared with), comparison
        (``"first"``, ``"previous"``; ``"slope"`` for a line), estimate, std_error,
        statistic, df, p_value, p_adjusted (Holm within the comparison), conf_low,
        conf_high (not adjusted).
        """
        return self._changes.copy()

    def to_waves(self) -> pd.DataFrame:
        """Return one row a wave.

        Columns: wave, time, n_respondents, estimate (mean of the wave by the model,
        for all people), std_error, df, conf_low, conf_high.
        """
        return self._waves.copy()


def compare_linked_waves(
    values: pd.Series,
    waves: pd.Series,
    persons: pd.Series,
    *,
    teams: pd.Series | None = None,
    form: TimeForm = "categorical",
    df_method: DegreesOfFreedom = "satterthwaite",
    conf_level: float = 0.95,
) -> LinkedChange:
    """Change over waves of people who can be followed, complete or not.

    A mixed model by restricted maximum likelihood: fixed wave effects (or a line in
    time), a random intercept a person and, with teams, one a team. People who missed a
    wave take part with what they answered, which is right when staying away depends
    on nothing but their other scores; `attrition` looks at that. The residuals of a
    person are taken as equal in size and independent (compound symmetry). Check first
    that the waves measure the same thing (longitudinal measurement invariance).

    Parameters
    ----------
    values : pandas.Series, shape (n_answers,)
        One score a person and wave, missing as NaN; those rows are left out.
    waves : pandas.Series, shape (n_answers,)
        Wave of each row, same index. For a line: numbers, which are the time.
    persons : pandas.Series, shape (n_answers,)
        Who it was, the same label in every wave.
    teams : pandas.Series, optional
        Team of each row; a person must stay in one team.
    form : {"categorical", "linear"}
        A mean for every wave, or a straight line in the numbers of `waves`.
    df_method : {"satterthwaite", "containment"}
        ``"satterthwaite"`` as in lmerTest; ``"containment"``: answers less people
        less fixed effects within people, as in nlme.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    LinkedChange

    Raises
    ------
    InsufficientDataError
        One wave, nobody in two waves, no variance, or people who all move alike.
    ValueError
        Different indexes, missing labels, a person twice in a wave or in two teams,
        or a line in waves that are no numbers.

    References
    ----------
    Laird and Ware, 1982, Biometrics (random effects).
    Giesbrecht and Burns, 1985, Biometrics (degrees of freedom).
    """
    check_option("form", form, TimeForm)
    check_option("df_method", df_method, DegreesOfFreedom)
    check_proportion("conf_level", conf_level)
    rows = linked_rows(values, waves, persons, teams)
    times = _times(rows, form)
    design, per_wave, constant = _design(rows, times, form)
    within = len(rows.score) - rows.n_persons - (design.shape[1] - 1)
    require(
        within >= 1,
        f"{rows.n_linked} people with scores in two waves or more are too few for "
        f"{len(rows.labels)} waves; leave waves out.",
    )
    _check_movement(rows, design)
    sums = nested_sums(rows.score, design, rows.persons, rows.teams)
    model = fit_nested_regression(sums, constant)
    require(
        model.var_person + model.var_team < _NO_RESIDUAL * model.var_residual,
        _ALIKE.format(rows.n_linked),
    )
    contrasts, changes = _contrasts(rows, form)
    fixed_df = float(within) if df_method == "containment" else None
    inferred = _infer(model, contrasts, fixed_df, conf_level)
    levels = _infer(model, per_wave, fixed_df, conf_level)
    total = model.var_person + model.var_team
    return LinkedChange(
        method="REML, person" + (" in team" if rows.teams is not None else ""),
        form=form,
        df_method=df_method,
        var_person=model.var_person,
        var_residual=model.var_residual,
        var_team=model.var_team if rows.teams is not None else None,
        person_share=total / (total + model.var_residual),
        log_likelihood=model.log_likelihood,
        conf_level=conf_level,
        n_respondents=rows.n_persons,
        n_linked=rows.n_linked,
        n_answers=len(rows.score),
        n_waves=len(rows.labels),
        n_teams=rows.n_teams,
        notes=_notes(rows, model),
        _changes=_with_holm(pd.concat([changes, inferred], axis="columns")),
        _waves=_wave_rows(rows, times, levels),
    )


def _times(rows: LinkedRows, form: str) -> FloatArray:
    if form == "categorical":
        return np.arange(len(rows.labels), dtype=float)
    try:
        times = as_vector(rows.labels, name="waves")  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError(
            "a line needs `waves` that are numbers, such as months since the first; "
            f"got {rows.labels[0]!r}. Use form='categorical' for other labels."
        ) from error
    if not np.ptp(times) >= _LEAST_TIME:
        raise ValueError(
            f"`waves` from {times.min():g} to {times.max():g} leave no time for a "
            "line: give them in a larger number of smaller units."
        )
    return times


def _design(
    rows: LinkedRows, times: FloatArray, form: str
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the design, its rows for one wave each, and what makes it constant."""
    if form == "linear":
        away = times - times.mean()  # years such as 2026 would cost digits
        per_wave = np.column_stack([np.ones_like(times), away])
        return per_wave[rows.waves], per_wave, np.array([1.0, 0.0])
    per_wave = np.eye(len(times))
    return per_wave[rows.waves], per_wave, np.ones(len(times))


def _check_movement(rows: LinkedRows, design: FloatArray) -> None:
    """Refuse people who differ from themselves by the fixed effects alone."""
    counts = np.bincount(rows.persons)
    centred = [
        column - (np.bincount(rows.persons, column) / counts)[rows.persons]
        for column in (*design.T, rows.score - rows.score.mean())
    ]
    fixed, score = np.column_stack(centred[:-1]), centred[-1]
    # the constant is gone after centring, so the products have no inverse
    slopes = np.linalg.pinv(fixed.T @ fixed, hermitian=True) @ (fixed.T @ score)
    left = float(np.sqrt(np.mean((score - fixed @ slopes) ** 2)))
    size = float(np.abs(rows.score).max())
    require(left > 1e-11 * size, _ALIKE.format(rows.n_linked))


def _contrasts(rows: LinkedRows, form: str) -> tuple[FloatArray, pd.DataFrame]:
    labels, size = rows.labels, len(rows.labels)
    if form == "linear":
        named = [(labels[-1], labels[0], "slope")]
        contrasts = np.array([[0.0, 1.0]])
    else:
        unit = np.eye(size)
        contrasts = np.vstack([unit[1:] - unit[0], unit[1:] - unit[:-1]])
        named = [(label, labels[0], "first") for label in labels[1:]] + [
            (after, before, "previous") for before, after in pairwise(labels)
        ]
    frame = pd.DataFrame(named, columns=["wave", "versus", "comparison"])
    return contrasts, frame


def _infer(
    model: NestedRegression,
    contrasts: FloatArray,
    fixed_df: float | None,
    conf_level: float,
) -> pd.DataFrame:
    from scipy.special import stdtr, stdtrit

    estimate = contrasts @ model.coefficients
    spread = np.einsum("rc,cd,rd->r", contrasts, model.covariance, contrasts)
    std_error = np.sqrt(spread)
    df = np.array(
        [
            model.satterthwaite_df(row) if fixed_df is None else fixed_df
            for row in contrasts
        ]
    )
    margin = stdtrit(df, (1 + conf_level) / 2) * std_error
    statistic = estimate / std_error
    return pd.DataFrame(
        {
            "estimate": estimate,
            "std_error": std_error,
            "statistic": statistic,
            "df": df,
            "p_value": 2 * stdtr(df, -np.abs(statistic)),
            "conf_low": estimate - margin,
            "conf_high": estimate + margin,
        }
    )


def _with_holm(changes: pd.DataFrame) -> pd.DataFrame:
    adjusted = changes.groupby("comparison", sort=False)["p_value"].transform(
        lambda family: adjust_p_values(family, method="holm")
    )
    changes.insert(list(changes.columns).index("p_value") + 1, "p_adjusted", adjusted)
    return changes


def _wave_rows(
    rows: LinkedRows, times: FloatArray, levels: pd.DataFrame
) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "wave": pd.Series(rows.labels, dtype=object),
            "time": times,
            "n_respondents": np.bincount(rows.waves),
        }
    )
    kept = ["estimate", "std_error", "df", "conf_low", "conf_high"]
    return pd.concat([frame, levels[kept]], axis="columns")


def _notes(rows: LinkedRows, model: NestedRegression) -> tuple[str, ...]:
    alone = rows.n_persons - rows.n_linked
    notes = [
        f"{rows.n_linked} of {rows.n_persons} people have scores in two waves or more; "
        f"{alone} inform the level of their wave alone"
    ]
    if model.var_person == 0:
        notes.append(
            "no lasting differences between people show (variance 0): the answers of a "
            "person resemble each other no more than those of others; check the links"
        )
    if rows.teams is not None and model.var_team == 0:
        notes.append("no differences between teams show beyond those between people")
    return tuple(notes)
