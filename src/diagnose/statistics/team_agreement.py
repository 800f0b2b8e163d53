"""Agreement within every team: all indices, one row a team."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_proportion, require
from diagnose.statistics.agreement_cutoffs import (
    SEED,
    better_than_chance,
    cutoffs_by_size,
)
from diagnose.statistics.agreement_indices import (
    AnswersUsed,
    GroupSpread,
    a_wg_by_item,
    check_answers,
    count_defined,
    deviation,
    group_spread,
    has_answers,
    mean_over_items,
    null_reference,
    star,
    stepped_up,
)
from diagnose.statistics.chance_answers import nearest_correlations
from diagnose.statistics.chance_model import chance_model
from diagnose.statistics.group_mean_null import GROUP_MEAN
from diagnose.statistics.null_distributions import (
    TeamNull,
    count_options,
    null_variance,
)
from diagnose.statistics.team_items import describe_team_items
from diagnose.statistics.team_sums import FloatArray, IntArray, team_codes

N_SIMULATIONS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TeamAgreement:
    """Agreement within every team.

    Attributes
    ----------
    nulls : tuple of str
        Null distributions used for r_wg(j).
    significance : float or None
        Chance at which teams were judged against random answers.
    missing : {"available", "listwise"}
        Which answers were used.
    n_respondents, n_items, n_teams : int
        Size of the data analysed.
    n_without_team : int
        Respondents without a team; left out.
    """

    nulls: tuple[str, ...]
    significance: float | None
    missing: str
    n_respondents: int
    n_items: int
    n_teams: int
    n_without_team: int
    _teams: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team.

        Columns: team, n_respondents, n_items, one ``r_wg_j_<null>`` a null,
        r_wg_j_star (uniform null), a_wg, ad_mean, ad_median, sd (of the person means)
        and reason: ``"fewer_than_2_respondents"``, ``"no_item_with_2_answers"``,
        ``"every_mean_at_an_end"`` (r_wg_j_group_mean alone is undefined) or empty. NaN
        where an index is undefined; a_wg is also undefined when the mean of every item
        lies too near an end of the response scale for the size of the team.

        With the null ``"group_mean"`` also n_items_group_mean: items whose mean is not
        on an end of the response scale.

        With a `significance` also, for each other null,
        ``ad_mean_better_than_<null>`` and ``r_wg_j_better_than_<null>``: whether the
        team agrees better than random answers; missing (not False) when the team has
        no 2 answers to each item. False also where even full agreement in a team so
        small is no evidence.
        """
        return self._teams.copy()


def team_agreement(
    items: pd.DataFrame,
    teams: pd.Series,
    *,
    lowest: int,
    highest: int,
    nulls: tuple[TeamNull, ...] = ("uniform", "slight_skew"),
    missing: AnswersUsed = "available",
    significance: float | None = None,
    seed: int = SEED,
) -> TeamAgreement:
    """Every index of agreement for every team.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Keyed answers to the items of one subscale, missing as NaN. Not modified.
    teams : pandas.Series, shape (n_respondents,)
        Team of each respondent, same index; rows without a team are left out.
    lowest, highest : int
        Ends of the response scale, whole steps apart.
    nulls : tuple of str
        Null distributions for r_wg(j). ``"group_mean"`` is every team's own (see
        `r_wg_j`); others than that and ``"uniform"`` need 5 answers.
    missing : {"available", "listwise"}
        Use all answers given, item by item, or only complete respondents.
    significance : float, optional
        Also judge AD (mean) and r_wg(j) of every team against random answers, at this
        chance; one judgement a null, none for ``"group_mean"``. The cut-offs are those
        of `agreement_cutoffs` for the size of the team and for items that correlate as
        these do within teams. About this share of the teams would pass by chance.
    seed : int
        Start of the random numbers behind the cut-offs.

    Returns
    -------
    TeamAgreement
        A team of one keeps its row, with NaN and a reason. Below 5 respondents the
        indices are unstable; full agreement discloses what each member answered.

    Notes
    -----
    Chance agreement needs less agreement in a larger team, so a team is judged by the
    cut-off for the smallest number of answers to any of its items, and a team above 60
    by the cut-off for 60: both ask more than needed, never less.

    Raises
    ------
    ValueError
        Answers off the response scale, indexes that differ, or an unknown option.
    InsufficientDataError
        No items, or no respondent with a team and an answer.
    """
    if not isinstance(nulls, tuple | list):
        raise TypeError(f"`nulls` must be a tuple of nulls; got {nulls!r}.")
    for name in nulls:
        if name != GROUP_MEAN:
            null_variance(name, lowest=lowest, highest=highest)
    if significance is not None:
        check_proportion("significance", significance)
    check_answers(items, lowest, highest, missing)
    codes, labels = team_codes(teams)
    if not items.index.equals(teams.index):
        raise ValueError("`items` and `teams` must have the same index.")
    answers = items.to_numpy(dtype=float, na_value=np.nan)
    used = (codes >= 0) & has_answers(answers, missing)
    require(bool(used.any()), "agreement needs a respondent with a team and an answer.")
    kept, kept_codes = answers[used], codes[used]
    groups = group_spread(kept, kept_codes, n_teams=len(labels))
    frame = _index_frame(groups, nulls, lowest=lowest, highest=highest)
    frame.insert(0, "team", pd.Series(labels, dtype=object))
    frame["sd"] = _person_mean_sd(kept, kept_codes, n_teams=len(labels))
    frame["reason"] = frame.pop("reason")
    if significance is not None:
        judged = _judgements(
            frame,
            groups,
            [name for name in nulls if name != GROUP_MEAN],
            significance=significance,
            n_options=count_options(lowest, highest),
            correlations=_within_correlations(kept, kept_codes, groups),
            seed=seed,
        )
        frame = pd.concat([frame, judged], axis="columns")
    return TeamAgreement(
        nulls=tuple(nulls),
        significance=significance,
        missing=missing,
        n_respondents=int(used.sum()),
        n_items=items.shape[1],
        n_teams=len(labels),
        n_without_team=int((codes < 0).sum()),
        _teams=frame,
    )


def _index_frame(
    groups: GroupSpread, nulls: tuple[TeamNull, ...], *, lowest: int, highest: int
) -> pd.DataFrame:
    references = {
        name: null_reference(name, groups, lowest=lowest, highest=highest)
        for name in (*nulls, "uniform")
    }
    columns = {
        "n_respondents": groups.n_respondents,
        "n_items": groups.n_items,
        **{f"r_wg_j_{n}": stepped_up(groups, references[n]) for n in nulls},
        "r_wg_j_star": star(groups, references["uniform"]),
        "a_wg": mean_over_items(
            a_wg_by_item(groups.spread, lowest=lowest, highest=highest)
        ),
        "ad_mean": deviation(groups, "mean"),
        "ad_median": deviation(groups, "median"),
    }
    at_an_end = np.zeros(len(groups.n_items), dtype=bool)
    if GROUP_MEAN in references:
        n_defined = count_defined(groups, references[GROUP_MEAN])
        at_an_end = n_defined == 0
        columns["n_items_group_mean"] = n_defined
    return pd.DataFrame({**columns, "reason": _reasons(groups, at_an_end)})


def _judgements(
    frame: pd.DataFrame,
    groups: GroupSpread,
    nulls: list[TeamNull],
    *,
    significance: float,
    n_options: int,
    correlations: FloatArray,
    seed: int,
) -> pd.DataFrame:
    """Judge AD and r_wg(j) of each team against random answers, null by null."""
    smallest = groups.spread.counts.min(axis=1).astype(np.int64)
    columns = {}
    for null in nulls:
        model = chance_model(
            n_items=correlations.shape[0],
            n_options=n_options,
            null=null,
            correlation=correlations,
            significance=significance,
            n_simulations=N_SIMULATIONS,
            seed=seed,
        )
        cutoffs = cutoffs_by_size(smallest, ("ad_mean", "r_wg_j"), model)
        for index, column in (("ad_mean", "ad_mean"), ("r_wg_j", f"r_wg_j_{null}")):
            better = better_than_chance(
                frame[column].to_numpy(dtype=float), cutoffs[index], index
            )
            columns[f"{index}_better_than_{null}"] = pd.array(better, dtype="boolean")
            columns[f"{index}_better_than_{null}"][smallest < 2] = pd.NA
    return pd.DataFrame(columns)


def _within_correlations(
    answers: FloatArray, codes: IntArray, groups: GroupSpread
) -> FloatArray:
    """Return the pooled correlations of the items within teams.

    From pairs of answers that are both there; an item on which no team differs
    correlates 0 with the others.
    """
    deviations = answers - groups.spread.means[codes]
    answered = (~np.isnan(deviations)).astype(float)
    filled = np.where(answered > 0, deviations, 0.0)
    products = filled.T @ filled
    squares = (filled**2).T @ answered  # of the row's item, where both are there
    scale = np.sqrt(squares * squares.T)
    possible = scale > 1e-12
    correlations = np.where(possible, products / np.where(possible, scale, 1.0), 0.0)
    correlations = np.clip(correlations, -1.0, 1.0)
    np.fill_diagonal(correlations, 1.0)
    nearest = nearest_correlations(correlations)
    return (nearest + nearest.T) / 2


def _person_mean_sd(
    answers: FloatArray, codes: IntArray, *, n_teams: int
) -> FloatArray:
    person_means = np.nanmean(answers, axis=1, keepdims=True)
    spread = describe_team_items(person_means, codes, n_teams=n_teams)
    return np.sqrt(spread.variances[:, 0])


def _reasons(
    groups: GroupSpread, at_an_end: npt.NDArray[np.bool_]
) -> npt.NDArray[np.str_]:
    too_few = groups.n_respondents < 2
    return np.select(
        [too_few, groups.n_items == 0, at_an_end],
        [
            "fewer_than_2_respondents",
            "no_item_with_2_answers",
            "every_mean_at_an_end",
        ],
        default="",
    )
