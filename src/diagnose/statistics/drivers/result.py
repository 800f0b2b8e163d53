"""What the analysis of drivers returns."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RelativeImportance:
    """What goes with the outcome, and how much: one row a predictor in the frame.

    Nothing here says that a predictor brings the outcome about.

    Attributes
    ----------
    method : str
        ``"johnson"`` or ``"lmg"``.
    outcome : str
        Name of the outcome.
    r_squared : float
        Share of the outcome's variance that goes with all predictors together.
    r_squared_adjusted : float
        The same less what chance adds (Ezekiel); may be negative.
    r_squared_low, r_squared_high : float
        Limits for the share in the population, around `r_squared_adjusted`, not below
        zero.
    joint_statistic, joint_df_1, joint_df_2, joint_p_value : float or None
        Approximate Hotelling test that the outcome goes with none of the predictors
        (CR2). None with too few teams for so many predictors. With 10 teams it finds
        hardly anything, so `beyond_chance` does not wait for it.
    conf_level : float
        Coverage of the intervals; 1 less the error rate of ``beyond_chance``.
    n_bootstrap, n_undefined : int
        Resamples of whole teams (respondents, when no teams were given), and how many
        of them have no weights.
    seed : int
        Start of the random numbers.
    n_respondents, n_missing : int
        Respondents analysed and left out.
    n_teams : int or None
        Teams; None when respondents count as independent.
    notes : tuple of str
        What a reader must know: ``"fewer_than_100_respondents"``,
        ``"fewer_than_10_respondents_a_predictor"``, ``"fewer_than_10_teams"`` (every
        interval is then rough), ``"teams_not_given"``,
        ``"joint_test_needs_more_teams"``, ``"undefined_resamples:<count>"``, and of
        single predictors ``"within_chance:<name>"`` (a weight cannot be negative, so
        its size shows nothing; its lower limits are 0),
        ``"opposite_signs:<name>"`` (correlation and coefficient differ in sign, both
        beyond chance) and ``"vif_above_10:<name>"``.
    """

    method: str
    outcome: str
    r_squared: float
    r_squared_adjusted: float
    r_squared_low: float
    r_squared_high: float
    joint_statistic: float | None
    joint_df_1: float | None
    joint_df_2: float | None
    joint_p_value: float | None
    conf_level: float
    n_bootstrap: int
    n_undefined: int
    seed: int
    n_respondents: int
    n_missing: int
    n_teams: int | None
    notes: tuple[str, ...]
    _predictors: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a predictor, in the order given.

        ``estimate`` is the raw weight (the weights add to R squared) with
        ``conf_low`` and ``conf_high``; ``share`` is its share of R squared, with
        ``share_low`` and ``share_high``; ``rank`` (1 = most) has ``rank_low`` and
        ``rank_high``. ``correlation`` and ``coefficient`` (standardised, all
        predictors together) have their sign and limits. ``statistic``, ``df`` and
        ``p_value`` test the correlation (CR2, Satterthwaite); ``p_value_adjusted`` is
        Holm's over the predictors and ``beyond_chance`` says whether it is at most
        1 - conf_level. ``p_value_random`` compares the weight with that of a random
        predictor; not adjusted. ``vif`` is the variance inflation factor.
        """
        return self._predictors.copy()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RelativeWeights:
    """Relative weights from a correlation matrix alone, without intervals.

    Attributes
    ----------
    method : str
        ``"johnson"`` or ``"lmg"``.
    outcome : str
        Name of the outcome.
    r_squared : float
        Sum of the raw weights.
    r_squared_adjusted : float or None
        Less what chance adds; None without `n_respondents`.
    n_respondents : int or None
        As given.
    """

    method: str
    outcome: str
    r_squared: float
    r_squared_adjusted: float | None
    n_respondents: int | None
    _predictors: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a predictor.

        Columns: predictor, rank, estimate (raw weight), share, correlation,
        coefficient (standardised), vif.
        """
        return self._predictors.copy()
