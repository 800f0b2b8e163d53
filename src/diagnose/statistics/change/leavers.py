"""People of the first wave, who of them stayed, and how leavers differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.errors import InsufficientDataError
from diagnose.statistics.change.waves import compare_waves
from diagnose.statistics.means import answered_values
from diagnose.statistics.sample import label_codes
from diagnose.statistics.team_sums import FloatArray, IntArray
from diagnose.statistics.two_means import compare_two

BoolArray = npt.NDArray[np.bool_]

# Log-odds of 15 a standard deviation: nobody is left to be predicted wrongly.
_RUNAWAY = 15.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """The people of the first wave: scores then and last, and waves they answered."""

    first: pd.DataFrame
    last: pd.DataFrame
    present: BoolArray
    teams: pd.Series | None
    units: pd.Series | None

    @property
    def stayed(self) -> BoolArray:
        """Return whether each person answered the last wave."""
        return self.present[:, -1]

    @property
    def n_people(self) -> int:
        """Return the number of people in the first wave."""
        return len(self.first)

    @property
    def n_stayed(self) -> int:
        """Return how many of them answered the last wave."""
        return int(self.stayed.sum())

    @property
    def n_left(self) -> int:
        """Return how many of them did not."""
        return self.n_people - self.n_stayed


def follow_people(
    scores: pd.DataFrame,
    labels: dict[str, pd.Series],
    wave_codes: IntArray,
    n_waves: int,
) -> People:
    """Return the people of the first wave with what is known of them later."""
    person = labels["person"].to_numpy(dtype=object)
    early, late = wave_codes == 0, wave_codes == n_waves - 1
    ids = pd.Index(person[early], dtype=object)
    present = np.zeros((len(ids), n_waves), dtype=bool)
    at = ids.get_indexer(pd.Index(person, dtype=object))
    present[at[at >= 0], wave_codes[at >= 0]] = True
    last = scores[late].set_axis(person[late], axis=0).reindex(ids)

    def at_first(name: str) -> pd.Series | None:
        return labels[name][early].reset_index(drop=True) if name in labels else None

    return People(
        first=scores[early].reset_index(drop=True).astype(float),
        last=last.reset_index(drop=True).astype(float),
        present=present,
        teams=at_first("team"),
        units=at_first("unit"),
    )


def compare_leavers(people: People, conf_level: float) -> pd.DataFrame:
    """Return leavers minus stayers on each first score, one row a score."""
    rows = []
    for name in people.first.columns:
        score = people.first[name]
        stayed, left = score[people.stayed], score[~people.stayed]
        n_stayed, n_left = len(answered_values(stayed)), len(answered_values(left))
        require(
            n_stayed >= 2 and n_left >= 2,
            f"`{name}` needs 2 leavers and 2 stayers with a first score; got {n_left} "
            f"and {n_stayed}.",
        )
        size = compare_two(left, stayed, conf_level=conf_level)
        teams = people.teams
        tested = compare_waves(
            stayed,
            left,
            first_teams=None if teams is None else teams[people.stayed],
            second_teams=None if teams is None else teams[~people.stayed],
            conf_level=conf_level,
        )
        rows.append(
            {
                "score": name,
                "n_stayed": tested.n_first,
                "n_left": tested.n_second,
                "mean_stayed": tested.mean_first,
                "mean_left": tested.mean_second,
                "estimate": tested.estimate,
                "std_error": tested.std_error,
                "statistic": tested.statistic,
                "df": tested.df,
                "p_value": tested.p_value,
                "conf_low": tested.conf_low,
                "conf_high": tested.conf_high,
                "hedges_g": size.hedges_g,
                "hedges_g_low": size.hedges_g_low,
                "hedges_g_high": size.hedges_g_high,
            }
        )
    return pd.DataFrame(rows)


def share_rows(
    people: People, wave_labels: list[object], conf_level: float
) -> pd.DataFrame:
    """Return the share of the first wave's people lost at each later wave."""
    groups: list[tuple[object, BoolArray]] = [
        (pd.NA, np.ones(people.n_people, dtype=bool))
    ]
    if people.units is not None:
        units = people.units.to_numpy(dtype=object)
        _, labels = label_codes(people.units, name="the labels in `units`")
        groups += [(unit, units == unit) for unit in labels]
    rows = []
    for code, wave in enumerate(wave_labels[1:], start=1):
        for unit, mine in groups:
            n_first = int(mine.sum())
            n_present = int(people.present[mine, code].sum())
            low, high = _wilson(n_first - n_present, n_first, conf_level)
            rows.append(
                {
                    "wave": wave,
                    "unit": unit,
                    "n_first": n_first,
                    "n_present": n_present,
                    "n_lost": n_first - n_present,
                    "share_lost": 1 - n_present / n_first,
                    "conf_low": low,
                    "conf_high": high,
                }
            )
    return pd.DataFrame(rows)


def _wilson(count: int, size: int, conf_level: float) -> tuple[float, float]:
    from scipy.special import ndtri

    z2 = float(ndtri((1 + conf_level) / 2)) ** 2
    share = count / size
    centre = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = np.sqrt(z2 * (share * (1 - share) + z2 / (4 * size)) / size)
    half = float(half) / (1 + z2 / size)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def logistic_of_staying(people: People, conf_level: float) -> pd.DataFrame:
    """Return staying regressed on all first scores, each in standard deviations."""
    from scipy.special import ndtr, ndtri

    complete = people.first.notna().all(axis="columns").to_numpy()
    score = people.first[complete]
    stayed = people.stayed[complete].astype(float)
    n_people, n_scores = score.shape
    require(
        min(stayed.sum(), (1 - stayed).sum()) > n_scores,
        f"a logistic regression on {n_scores} scores needs more than that many leavers "
        f"and stayers with all scores; got {int((1 - stayed).sum())} and "
        f"{int(stayed.sum())}.",
    )
    standard = ((score - score.mean()) / score.std()).to_numpy()
    design = np.column_stack([np.ones(n_people), standard])
    require(
        bool(np.isfinite(design).all())
        and int(np.linalg.matrix_rank(design)) == n_scores + 1,
        "the scores must vary and not follow from each other for a logistic regression "
        f"({n_people} people).",
    )
    fitted = _fit_logistic(stayed, design)
    if fitted is None:
        raise InsufficientDataError(
            f"the {n_scores} scores separate leavers from stayers (nearly) completely, "
            f"so the logistic regression has no finite answer ({n_people} people)."
        )
    estimate, std_error = fitted
    margin = float(ndtri((1 + conf_level) / 2)) * std_error
    return pd.DataFrame(
        {
            "score": score.columns,
            "estimate": estimate,
            "std_error": std_error,
            "statistic": estimate / std_error,
            "p_value": 2 * ndtr(-np.abs(estimate / std_error)),
            "conf_low": estimate - margin,
            "conf_high": estimate + margin,
            "odds_ratio": np.exp(estimate),
            "n_respondents": n_people,
        }
    )


def _fit_logistic(
    stayed: FloatArray, design: FloatArray
) -> tuple[FloatArray, FloatArray] | None:
    """Return slopes and errors by Newton's method; None where they run away."""
    from scipy.special import expit

    coefficients = np.zeros(design.shape[1])
    for _ in range(50):
        chance = expit(design @ coefficients)
        information = (design * (chance * (1 - chance))[:, None]).T @ design
        step = np.linalg.solve(information, design.T @ (stayed - chance))
        coefficients = coefficients + step
        if np.abs(coefficients).max() > _RUNAWAY:
            return None
        if np.abs(step).max() < 1e-12:
            spread = np.linalg.inv(information)
            return coefficients[1:], np.sqrt(np.diagonal(spread))[1:]
    return None
