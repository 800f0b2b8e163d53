"""Does each answer become more likely as people score higher on the other items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, check_at_least, require
from diagnose.statistics.mokken.answers import Categories, categorise, check_scale
from diagnose.statistics.mokken.influence import scalability

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Columns = dict[str, npt.NDArray[Any]]

_SIGNIFICANT = 1.6448536269514722  # standard normal, 5 per cent in one tail
_SLACK = 1e-12  # .53 - .50 is computed as a little more than .03


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Monotonicity:
    """Manifest monotonicity of the items of one scale.

    A *comparison* is one answer step of an item in two rest-score groups. It is a
    violation when the lower group reaches the step more often than the higher one, by
    more than `min_violation`.

    Attributes
    ----------
    method : str
        ``"manifest_monotonicity"``.
    min_group : int
        Smallest rest-score group that was allowed.
    min_violation : float
        Difference between two proportions (0-1) that does not count yet.
    n_respondents, n_items : int
        Size of the matrix *actually analysed*.
    items : DataFrame
        One row an item: ``item``, ``item_h`` (its H), ``n_groups`` (rest-score
        groups), ``n_comparisons`` (those that could show a violation),
        ``n_violations``, ``violation_share`` (violations per comparison),
        ``largest_violation``, ``sum_violations`` (differences of proportions),
        ``sum_share`` (their sum per comparison), ``largest_z``, ``n_significant``
        (violations with z above 1.645), ``crit``. Shares are NaN where there is
        nothing to compare (flagged).
    steps : DataFrame
        The same for each answer step of an item, ``step`` being the answer that is
        reached; without ``item_h``, ``n_groups`` and ``crit``.
    groups : DataFrame
        For a figure, one row an item, rest-score group and step: ``item``, ``group``,
        ``rest_low``, ``rest_high`` (rest scores), ``n_respondents``, ``mean`` (of the
        item), ``step``, ``proportion`` (who reach the step).
    flags : tuple of str
        ``"no_comparison:<item>"`` (one rest-score group, or only certain answers).
    """

    method: str
    min_group: int
    min_violation: float
    n_respondents: int
    n_items: int
    items: pd.DataFrame
    steps: pd.DataFrame
    groups: pd.DataFrame
    flags: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item."""
        return self.items.assign(
            n_respondents=self.n_respondents, n_items=self.n_items, method=self.method
        )


def monotonicity(
    items: pd.DataFrame,
    *,
    missing: MissingPolicy = "listwise",
    min_group: int | None = None,
    min_violation: float = 0.03,
) -> Monotonicity:
    """Check manifest monotonicity of each item over groups by rest score.

    People are sorted by the sum of the *other* items and cut into groups of at least
    `min_group`; people with one rest score stay together, and a remainder joins the
    last group. Under monotone homogeneity the proportion who reach each answer never
    falls from a group to a higher one.

    ``crit`` sums the signs of trouble: 50 (.30 - item_h) + sqrt(n_violations)
    + 100 violation_share + 100 largest_violation + 10 sqrt(sum_violations)
    + 1000 sum_share + 5 largest_z + 10 sqrt(n_significant)
    + 100 n_significant / n_comparisons, and 0 without a violation. By convention an
    item below 40 gives no reason to doubt it, and one above 80 a strong one.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Keyed answers in response-scale units, missing answers as NaN. Not modified.
    missing : {"listwise", "raise"}
        Leave out respondents with an unanswered item, or refuse them.
    min_group : int, optional
        Smallest rest-score group, at most half the respondents. By default a tenth
        of the respondents from 500 on, a fifth from 250 on, and below that a third
        or 50, whichever is more.
    min_violation : float
        Smaller differences between proportions are not counted, from 0 to 1.

    Returns
    -------
    Monotonicity

    Raises
    ------
    InsufficientDataError
        Fewer than 2 items, an item that does not vary (named), or too few complete
        respondents for two groups of `min_group`.
    ValueError
        An option out of range, or an item with too many distinct answers.

    References
    ----------
    Junker and Sijtsma, 2000, Applied Psychological Measurement
    (doi:10.1177/01466216000241004).
    Molenaar and Sijtsma, 2000, User's manual MSP5 for Windows (groups, z and crit).
    Van der Ark, 2007, Journal of Statistical Software (doi:10.18637/jss.v020.i11).
    """
    _check_group(min_group)
    if not 0 <= min_violation < 1:
        raise ValueError(
            f"`min_violation` must lie from 0 to 1; got {min_violation!r}."
        )
    complete = check_scale(items, missing=missing, what="monotonicity")
    n_respondents, n_items = complete.shape
    smallest = _default_group(n_respondents) if min_group is None else int(min_group)
    require(
        2 * smallest <= n_respondents,
        f"monotonicity compares rest-score groups of at least {smallest}; "
        f"{n_respondents} complete respondents are too few for two. "
        "Set a smaller `min_group`, which makes the check less certain.",
    )
    answers = categorise(complete)
    item_h = scalability(answers, answers.indicators()).item
    total = complete.to_numpy().sum(axis=1)
    tables = [
        _item_tables(
            answers,
            column,
            rest=total - complete.to_numpy()[:, column],
            min_group=smallest,
            min_violation=min_violation,
        )
        for column in range(n_items)
    ]
    steps = [steps for steps, _ in tables]
    groups = [groups for _, groups in tables]
    summary = _summary(steps, groups, answers.items, item_h)
    idle = summary["item"][summary["n_comparisons"] == 0]
    return Monotonicity(
        method="manifest_monotonicity",
        min_group=smallest,
        min_violation=min_violation,
        n_respondents=n_respondents,
        n_items=n_items,
        items=summary,
        steps=pd.DataFrame(_with_shares(_stacked(steps))),
        groups=pd.DataFrame(_stacked(groups)),
        flags=tuple(f"no_comparison:{name}" for name in idle),
    )


def _check_group(min_group: int | None) -> None:
    if min_group is None:
        return
    check_at_least("min_group", min_group, 1)
    if min_group != int(min_group):
        raise ValueError(f"`min_group` must be a whole number; got {min_group!r}.")


def _default_group(n_respondents: int) -> int:
    if n_respondents >= 500:
        return n_respondents // 10
    if n_respondents >= 250:
        return n_respondents // 5
    return max(n_respondents // 3, 50)


def _item_tables(
    answers: Categories,
    column: int,
    *,
    rest: FloatArray,
    min_group: int,
    min_violation: float,
) -> tuple[Columns, Columns]:
    """Return the comparisons of one item by step, and its rest-score groups."""
    own = np.flatnonzero(answers.owner[:, column])
    value = answers.value[own]
    scores, place = np.unique(np.round(rest, 9), return_inverse=True)
    cells = place * len(own) + answers.codes[:, column] - own[0]
    table = np.bincount(cells, minlength=len(scores) * len(own))
    table = table.reshape(len(scores), len(own))
    starts = _group_starts(table.sum(axis=1), min_group)
    counts = np.add.reduceat(table, starts, axis=0)
    sizes = counts.sum(axis=1)
    reached = counts[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]  # group x step
    n_groups, n_steps = reached.shape
    named = np.full(n_groups * n_steps, answers.items[column], dtype=object)
    steps = {"item": named[:n_steps], "step": value[1:]}
    steps |= _comparisons(reached, sizes, min_violation)
    ends = np.append(starts[1:], len(scores)) - 1
    groups = {
        "item": named,
        "group": np.repeat(np.arange(1, n_groups + 1), n_steps),
        "rest_low": np.repeat(scores[starts], n_steps),
        "rest_high": np.repeat(scores[ends], n_steps),
        "n_respondents": np.repeat(sizes, n_steps),
        "mean": np.repeat(counts @ value / sizes, n_steps),
        "step": np.tile(value[1:], n_groups),
        "proportion": (reached / sizes[:, None]).ravel(),
    }
    return steps, groups


def _stacked(parts: list[Columns]) -> Columns:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _group_starts(sizes: IntArray, min_group: int) -> IntArray:
    """Return where each group begins in the list of sorted rest scores."""
    starts, filled = [0], 0
    for score, size in enumerate(sizes):
        filled += int(size)
        if filled >= min_group:
            starts.append(score + 1)
            filled = 0
    # What follows the last start is too small (or nothing): it joins the group before.
    return np.array(starts[:-1], dtype=np.int64)


def _comparisons(reached: IntArray, sizes: IntArray, min_violation: float) -> Columns:
    """Compare every lower group with every higher one, one number a step."""
    low, high = np.triu_indices(len(sizes), k=1)
    failed = sizes[:, None] - reached
    proportion = reached / sizes[:, None]
    # With nobody below or everybody above, the lower group cannot do better.
    active = (reached[low] > 0) & (failed[high] > 0)
    drop = proportion[low] - proportion[high]
    violated = drop > min_violation + _SLACK
    drop = np.where(violated, drop, 0.0)
    expected = np.sqrt((reached[high] + 1.0) * (failed[low] + 1.0))
    found = np.sqrt(1.0 * reached[low] * failed[high])
    pair_size = (sizes[low] + sizes[high])[:, None]
    z = 2 * np.abs(expected - found) / np.sqrt(pair_size - 1)
    z = np.where(violated, z, 0.0)
    return {
        "n_comparisons": active.sum(axis=0),
        "n_violations": violated.sum(axis=0),
        "largest_violation": drop.max(axis=0, initial=0.0),
        "sum_violations": drop.sum(axis=0),
        "largest_z": z.max(axis=0, initial=0.0),
        "n_significant": (z > _SIGNIFICANT).sum(axis=0),
    }


def _with_shares(columns: Columns) -> Columns:
    """Return the columns with violations per comparison beside the violations."""
    compared = np.where(columns["n_comparisons"] > 0, columns["n_comparisons"], np.nan)
    share = {"n_violations": "violation_share", "sum_violations": "sum_share"}
    wider: Columns = {}
    for name, column in columns.items():
        wider[name] = column
        if name in share:
            wider[share[name]] = column / compared
    return wider


def _summary(
    steps: list[Columns],
    groups: list[Columns],
    names: tuple[str, ...],
    item_h: FloatArray,
) -> pd.DataFrame:
    whole: Columns = {
        "item": np.array(names, dtype=object),
        "item_h": item_h,
        "n_groups": np.array([part["group"].max() for part in groups]),
    }
    for name in steps[0]:
        if name not in {"item", "step"}:
            over = np.max if name.startswith("largest") else np.sum
            whole[name] = np.array([over(part[name]) for part in steps])
    whole = _with_shares(whole)
    return pd.DataFrame(whole | {"crit": _crit(whole)})


def _crit(table: Columns) -> FloatArray:
    with_violation = table["n_violations"] > 0
    compared = np.maximum(table["n_comparisons"], 1)
    crit = (
        50 * (0.30 - table["item_h"])
        + np.sqrt(table["n_violations"])
        + 100 * table["n_violations"] / compared
        + 100 * table["largest_violation"]
        + 10 * np.sqrt(table["sum_violations"])
        + 1000 * table["sum_violations"] / compared
        + 5 * table["largest_z"]
        + 10 * np.sqrt(table["n_significant"])
        + 100 * table["n_significant"] / compared
    )
    return np.asarray(np.where(with_violation, crit, 0.0))
