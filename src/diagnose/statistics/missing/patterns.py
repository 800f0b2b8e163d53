"""Which answers are missing, in which combinations, and whether at random."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.errors import InsufficientDataError
from diagnose.statistics.missing.answer_patterns import AnswerPatterns, find_patterns
from diagnose.statistics.missing.coverage import require_answers
from diagnose.statistics.missing.incomplete import IncompleteData
from diagnose.statistics.sample import check_numeric_frame

FloatArray = npt.NDArray[np.float64]

_MEASURES = ("n_missing", "n_respondents", "share")  # of a pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class MCARTest:
    """Little's test that answers are missing completely at random.

    A small p-value shows that respondents who left out different items also answered
    the other items differently. A large one does not show that answers are missing
    completely at random: the test looks at means only, and has little power in small
    samples.

    Attributes
    ----------
    statistic : float
        Sum over patterns of the squared distance between the means of a pattern and
        those of everyone, by the maximum-likelihood covariances.
    df : int
        Items answered, summed over patterns, less the number of items.
    p_value : float
        Upper tail of the chi-squared distribution.
    n_respondents, n_items, n_patterns : int
        What was analysed.
    method : str
        ``"little_1988"``.
    flags : tuple of str
        ``"single_respondent_patterns:<count>"`` when patterns of one respondent exist:
        the more of them, the rougher the chi-squared approximation.
    """

    statistic: float
    df: int
    p_value: float
    n_respondents: int
    n_items: int
    n_patterns: int
    method: str = "little_1988"
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MissingPatterns:
    """Which items were answered together, by how many respondents.

    Attributes
    ----------
    patterns : pandas.DataFrame
        One row a pattern, the most frequent first: a column an item, True where
        answered, then ``n_missing`` (items), ``n_respondents`` and ``share``.
    items : pandas.DataFrame
        One row an item: ``item``, ``n_answers``, ``n_missing``, ``share_missing``.
    coverage : pandas.DataFrame, shape (n_items, n_items)
        Share of respondents who answered both items; each item on the diagonal.
    share_missing : float
        Missing answers as a share of all, over the respondents analysed.
    n_respondents, n_unanswered : int
        Respondents with at least one answer, on whom all shares rest, and without any.
    n_complete : int
        Respondents who answered every item.
    n_items, n_patterns : int
        Items, and different sets of items answered.
    mcar_test : MCARTest or None
        Little's test; None when it cannot be done.
    mcar_untested : str
        Why there is no test; empty when there is one.
    method : str
        ``"answer_patterns"``.
    """

    patterns: pd.DataFrame
    items: pd.DataFrame
    coverage: pd.DataFrame
    share_missing: float
    n_respondents: int
    n_unanswered: int
    n_complete: int
    n_items: int
    n_patterns: int
    mcar_test: MCARTest | None
    mcar_untested: str
    method: str = "answer_patterns"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pattern, as in `patterns`."""
        return self.patterns.copy()


def missing_patterns(items: pd.DataFrame) -> MissingPatterns:
    """Which answers are missing, in which combinations, and Little's MCAR test.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Answers in response-scale units, missing ones as NaN. Respondents without any
        answer are counted apart. Not modified.

    Returns
    -------
    MissingPatterns
        Without a test, and with the reason, when nothing is missing or the data cannot
        carry the means and covariances that the test needs.

    Raises
    ------
    InsufficientDataError
        Not a single answer.
    TypeError, ValueError
        Not a frame of finite numbers, or an item named as a column of the result.

    Notes
    -----
    Little's test assumes normal answers for small patterns. It takes the
    maximum-likelihood covariances, with divisor n.

    References
    ----------
    Little, 1988, Journal of the American Statistical Association, 83, 1198-1202.
    """
    check_numeric_frame(items)
    values = items.to_numpy(dtype=float, na_value=np.nan)
    require_answers(values)
    _refuse_clashes(items.columns)
    answered = ~np.isnan(values)
    some = answered.any(axis=1)
    found = find_patterns(answered[some])
    n_respondents, n_items = int(some.sum()), items.shape[1]
    weighted = found.answered * found.counts[:, None].astype(float)
    together = weighted.T @ found.answered
    n_answers = np.diagonal(together).astype(int)
    test, reason = _test(values, [str(name) for name in items.columns])
    return MissingPatterns(
        patterns=_pattern_rows(found, items.columns, n_respondents),
        items=pd.DataFrame(
            {
                "item": list(items.columns),
                "n_answers": n_answers,
                "n_missing": n_respondents - n_answers,
                "share_missing": 1 - n_answers / n_respondents,
            }
        ),
        coverage=pd.DataFrame(
            together / n_respondents, index=items.columns, columns=items.columns
        ),
        share_missing=1 - float(n_answers.sum()) / (n_respondents * n_items),
        n_respondents=n_respondents,
        n_unanswered=len(items) - n_respondents,
        n_complete=int(found.counts[found.answered.all(axis=1)].sum()),
        n_items=n_items,
        n_patterns=len(found.counts),
        mcar_test=test,
        mcar_untested=reason,
    )


def _refuse_clashes(columns: pd.Index) -> None:
    clashes = [name for name in _MEASURES if name in columns]
    if clashes:
        raise ValueError(
            f"`items` has columns named {', '.join(clashes)}, which are columns of the "
            "result; rename these items."
        )


def _pattern_rows(
    found: AnswerPatterns, columns: pd.Index, n_respondents: int
) -> pd.DataFrame:
    order = np.argsort(-found.counts, kind="stable")
    answered = found.answered[order]
    rows = pd.DataFrame(answered, columns=columns)
    counts = found.counts[order]
    measures = pd.DataFrame(
        dict(
            zip(
                _MEASURES,
                ((~answered).sum(axis=1), counts, counts / n_respondents),
                strict=True,
            )
        )
    )
    return pd.concat([rows, measures], axis="columns")


def _test(values: FloatArray, names: list[str]) -> tuple[MCARTest | None, str]:
    """Return the test, or why there is none."""
    try:
        return _little(IncompleteData(values, names)), ""
    except InsufficientDataError as refusal:
        return None, str(refusal)


def _little(data: IncompleteData) -> MCARTest:
    from scipy.special import chdtrc

    require(
        data.n_patterns > 1,
        f"all {data.n_respondents} respondents answered the same items, so there are "
        "no patterns to compare.",
    )
    fit = data.saturated()
    require(
        fit.converged,
        f"the means and covariances of {data.n_items} items did not settle over "
        f"{data.n_respondents} respondents.",
    )
    statistic = float(data.pattern_distances(fit.mean, fit.covariance).sum())
    df = int(data.patterns.answered.sum()) - data.n_items
    single = int((data.patterns.counts == 1).sum())
    return MCARTest(
        statistic=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)),
        n_respondents=data.n_respondents,
        n_items=data.n_items,
        n_patterns=data.n_patterns,
        flags=(f"single_respondent_patterns:{single}",) if single else (),
    )
