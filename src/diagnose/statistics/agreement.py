"""Agreement of one group: the r_wg family, a_wg, AD.

`team_agreement` (all of them, one row a team), `agreement_cutoffs`, `answer_shares`
and `icc` are importable from here too.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from diagnose._options import check_option, require
from diagnose.statistics.agreement_cutoffs import (
    AgreementCutoff,
    AgreementIndex,
    agreement_cutoffs,
    cutoff_table,
)
from diagnose.statistics.agreement_indices import (
    AnswersUsed,
    Centre,
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
from diagnose.statistics.answer_shares import AnswerShares, answer_shares
from diagnose.statistics.intraclass import (
    IntraclassCorrelation,
    icc,
    icc_from_summary,
)
from diagnose.statistics.null_distributions import (
    NullName,
    TeamNull,
    chance_of_r_wg,
    critical_r_wg,
)
from diagnose.statistics.team_agreement import TeamAgreement, team_agreement
from diagnose.statistics.team_sums import FloatArray

__all__ = [
    "Agreement",
    "AgreementCutoff",
    "AgreementIndex",
    "AnswerShares",
    "IntraclassCorrelation",
    "NullName",
    "TeamAgreement",
    "TeamNull",
    "a_wg",
    "agreement_cutoffs",
    "answer_shares",
    "average_deviation",
    "chance_of_r_wg",
    "critical_r_wg",
    "cutoff_table",
    "icc",
    "icc_from_summary",
    "r_wg",
    "r_wg_j",
    "r_wg_j_star",
    "team_agreement",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement of one group on one set of items.

    Attributes
    ----------
    method : str
        Name of the index.
    estimate : float
        The index, unrounded; AD in response-scale units, the others at most 1.
    reference : str
        Null distribution, null variance or centre that the index uses; may be empty.
    n_respondents : int
        Respondents with at least one answer used.
    n_items : int
        Items on which the index is defined.
    """

    method: str
    estimate: float
    reference: str
    n_respondents: int
    n_items: int

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def r_wg(
    item: pd.DataFrame | pd.Series,
    *,
    lowest: int,
    highest: int,
    null: str | float = "uniform",
) -> Agreement:
    """Agreement of one group on one item: 1 - variance / null variance, at least 0.

    Parameters
    ----------
    item : pandas.Series or one-column pandas.DataFrame, shape (n_respondents,)
        Answers of one group; missing ones are left out. Not the mean of a subscale,
        whose variance is smaller than that of an item: use `r_wg_j` on its items.
    lowest, highest : int
        Ends of the response scale, whole steps apart.
    null : str or float
        Name of a null distribution, or its variance; see `r_wg_j`.

    Raises
    ------
    ValueError
        More than one item, answers off the response scale, or an unknown null.
    InsufficientDataError
        Fewer than 2 answers.
    """
    frame = item.to_frame() if isinstance(item, pd.Series) else item
    if isinstance(frame, pd.DataFrame) and frame.shape[1] != 1:
        raise ValueError(
            f"`item` must be one item; got {frame.shape[1]}. Use r_wg_j for several."
        )
    group = _one_group(frame, lowest, highest, missing="available", name="r_wg")
    return _against_null("r_wg", group, null, lowest, highest)


def r_wg_j(
    items: pd.DataFrame,
    *,
    lowest: int,
    highest: int,
    null: str | float = "uniform",
    missing: AnswersUsed = "available",
) -> Agreement:
    """Agreement of one group on several parallel items, r_wg(j).

    J (1 - q) / (J (1 - q) + q), q = mean item variance / null variance, at most 1.
    It grows with the number of items and depends on the null: show more than one.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Keyed answers of one group in response-scale units, missing as NaN.
    lowest, highest : int
        Ends of the response scale, whole steps apart.
    null : str or float
        Name of a null distribution, or its variance. ``"group_mean"`` stands for
        random answers around the group's own mean, for every item its own: the
        distribution of greatest entropy with that mean (uniform in the middle of the
        response scale, without variance at its ends, where the item is left out). It
        asks more of a group with an extreme mean than the uniform null does.
    missing : {"available", "listwise"}
        Use all answers given, item by item, or only complete respondents.

    Raises
    ------
    ValueError
        Answers off the response scale, or an unknown option.
    InsufficientDataError
        No item with 2 answers, or every mean on an end with ``null="group_mean"``.

    References
    ----------
    James, L. R., Demaree, R. G., & Wolf, G. (1984). Estimating within-group interrater
    reliability with and without response bias. Journal of Applied Psychology, 69.
    LeBreton, J. M., & Senter, J. L. (2008). Answers to 20 questions about interrater
    reliability and interrater agreement. Organizational Research Methods, 11.
    """
    group = _one_group(items, lowest, highest, missing=missing, name="r_wg(j)")
    return _against_null("r_wg_j", group, null, lowest, highest)


def r_wg_j_star(
    items: pd.DataFrame,
    *,
    lowest: int,
    highest: int,
    null: str | float = "uniform",
    missing: AnswersUsed = "available",
) -> Agreement:
    """Agreement of one group, r*_wg(j): 1 - mean item variance / null variance.

    Does not grow with the number of items, and is negative when people disagree more
    than the null. Parameters and Raises as in `r_wg_j`.

    References
    ----------
    Lindell, M. K., Brandt, C. J., & Whitney, D. J. (1999). A revised index of
    interrater agreement for multi-item ratings of a single target. Applied
    Psychological Measurement, 23.
    """
    group = _one_group(items, lowest, highest, missing=missing, name="r*wg(j)")
    return _against_null("r_wg_j_star", group, null, lowest, highest)


def a_wg(
    items: pd.DataFrame,
    *,
    lowest: int,
    highest: int,
    missing: AnswersUsed = "available",
) -> Agreement:
    """Agreement of one group relative to the largest variance its mean allows.

    1 - 2 s^2 / s^2_max, averaged over the items on which it is defined; -1 is the most
    disagreement. An item is left out when its mean lies so near an end of the response
    scale that so few people cannot reach the maximum. Parameters as in `r_wg_j`.

    Raises
    ------
    ValueError
        Answers off the response scale, or an unknown option.
    InsufficientDataError
        No item with 2 answers, or none on which the index is defined.

    References
    ----------
    Brown, R. D., & Hauenstein, N. M. A. (2005). Interrater agreement reconsidered: an
    alternative to the rwg indices. Organizational Research Methods, 8.
    """
    group = _one_group(items, lowest, highest, missing=missing, name="a_wg")
    by_item = a_wg_by_item(group.spread, lowest=lowest, highest=highest)
    n_defined = int(np.isfinite(by_item).sum())
    require(
        n_defined > 0,
        f"a_wg is undefined: the mean of every item lies too near an end of the "
        f"response scale for {int(group.n_respondents[0])} respondents.",
    )
    return Agreement(
        method="a_wg",
        estimate=float(mean_over_items(by_item)[0]),
        reference="",
        n_respondents=int(group.n_respondents[0]),
        n_items=n_defined,
    )


def average_deviation(
    items: pd.DataFrame,
    *,
    lowest: int,
    highest: int,
    centre: Centre = "mean",
    missing: AnswersUsed = "available",
) -> Agreement:
    """Mean absolute deviation from the item's mean or median, averaged over items.

    In response-scale units: .75 says that people are on average three quarters of a
    point away from their team. 0 is full agreement. Parameters and Raises as in
    `r_wg_j`; `centre` is ``"mean"`` or ``"median"``.

    References
    ----------
    Burke, M. J., Finkelstein, L. M., & Dusig, M. S. (1999). On average deviation
    indices for estimating interrater agreement. Organizational Research Methods, 2.
    """
    check_option("centre", centre, Centre)
    group = _one_group(items, lowest, highest, missing=missing, name="AD")
    return _agreement("average_deviation", deviation(group, centre), group, centre)


def _one_group(
    items: pd.DataFrame, lowest: int, highest: int, *, missing: AnswersUsed, name: str
) -> GroupSpread:
    check_answers(items, lowest, highest, missing)
    answers = items.to_numpy(dtype=float, na_value=np.nan)
    used = answers[has_answers(answers, missing)]
    group = group_spread(used, np.zeros(len(used), dtype=np.int64), n_teams=1)
    require(
        bool(group.n_items[0] > 0),
        f"{name} needs an item with at least 2 answers; got {len(used)} respondents "
        f"with an answer that can be used, of {len(items)}.",
    )
    return group


def _against_null(
    method: str, group: GroupSpread, null: str | float, lowest: int, highest: int
) -> Agreement:
    reference = null_reference(null, group, lowest=lowest, highest=highest)
    n_defined = int(count_defined(group, reference)[0])
    require(
        n_defined > 0,
        f"{method} with the null 'group_mean' is undefined: the mean of every item "
        f"lies on an end of the response scale for {int(group.n_respondents[0])} "
        "respondents, where random answers cannot vary. Use another null, or AD.",
    )
    # r_wg is r_wg(j) of one item
    formula = star if method == "r_wg_j_star" else stepped_up
    estimate = float(formula(group, reference)[0])
    return Agreement(
        method=method,
        estimate=estimate,
        reference=str(null),
        n_respondents=int(group.n_respondents[0]),
        n_items=n_defined,
    )


def _agreement(
    method: str, estimate: FloatArray, group: GroupSpread, reference: str
) -> Agreement:
    return Agreement(
        method=method,
        estimate=float(estimate[0]),
        reference=reference,
        n_respondents=int(group.n_respondents[0]),
        n_items=int(group.n_items[0]),
    )
