"""What every reliability coefficient returns."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Reliability of one subscale in one sample.

    Attributes
    ----------
    method : str
        Name of the coefficient: ``"alpha"``, ``"alpha_standardised"``,
        ``"guttman_lambda_2_raw"``, ``"guttman_lambda_2_standardised"``,
        ``"guttman_lambda_6_raw"``, ``"guttman_lambda_6_standardised"``,
        ``"omega_total_observed"``, ``"omega_total_implied"``,
        ``"composite_reliability"``, ``"average_variance_extracted"``, and of ordinal
        answers ``"omega_categorical"`` (of the sum of the answers), ``"omega_ordinal"``
        and ``"ordinal_alpha"`` (of the latent variables behind the answers).
    estimate : float
        Point estimate, unrounded. Alpha is at most 1, and negative when items
        disagree.
    std_error : float
        Standard error of the estimate: by normal theory with the intervals
        ``"feldt"``, ``"duhachek_iacobucci"`` and ``"delta"``, from the answers as they
        are with ``"adf"``, and the standard deviation over resamples with a bootstrap.
    conf_low, conf_high : float
        Limits of the two-sided interval at `conf_level`.
    conf_level : float
        Coverage of the interval, between 0 and 1.
    interval_method : str
        ``"feldt"``, ``"duhachek_iacobucci"``, ``"adf"``, ``"delta"``, or
        ``"bootstrap_percentile"`` or ``"bootstrap_bca"`` with the number of resamples
        and the seed.
    denominator : str
        For coefficients of a factor model, the variance of the sum that the common
        variance is divided by: ``"observed"`` (in the data) or ``"implied"`` (by the
        model). Empty where a coefficient has but one.
    n_respondents, n_items : int
        Size of the matrix *actually analysed*, after `missing` was applied.
    flags : tuple of str
        What a reader must know: ``"constant_item:<item>"``,
        ``"negative_estimate"`` (usually a keying error),
        ``"negative_item:<item>"`` and ``"negative_loading:<item>"`` (the same, in one
        item, which runs against the others),
        ``"limit_above_one"`` (a symmetric interval that passed 1 was cut off there),
        ``"undefined_resamples:<count>"`` (resamples without variance or without a
        converged fit, left out),
        ``"heywood_resamples:<count>"`` (resamples in which an error variance came out
        at zero or less; they are kept, as leaving them out would narrow the interval).
    """

    method: str
    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    interval_method: str
    denominator: str = ""
    n_respondents: int
    n_items: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])
