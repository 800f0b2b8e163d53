"""Measurement invariance between groups of different people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from diagnose._options import check_at_least, check_option
from diagnose.statistics.cfa import FactorModel, prepare_cfa
from diagnose.statistics.cfa.model import Factors, Identification, state_model
from diagnose.statistics.cfa.prepare import EstimatorName, Missing
from diagnose.statistics.cfa.samples import Group, read_samples
from diagnose.statistics.invariance.assemble import Request, assemble, choose_levels
from diagnose.statistics.invariance.conventions import Conventions
from diagnose.statistics.invariance.groups import (
    Collapsed,
    check_groups,
    collapse_categories,
)
from diagnose.statistics.invariance.ladder import GroupOccasions, Level, ladder_of
from diagnose.statistics.invariance.permutation import (
    Permutations,
    Progress,
    permutation_tests,
)
from diagnose.statistics.invariance.result import MeasurementInvariance


def measurement_invariance(  # noqa: PLR0913 - the options of a model and its tests
    items: pd.DataFrame,
    model: Factors | FactorModel,
    group: Group,
    *,
    estimator: EstimatorName = "ml",
    missing: Missing = "listwise",
    levels: Sequence[Level] | None = None,
    partial: bool = False,
    max_released: float = 0.5,
    collapse: bool = False,
    min_group: int = 100,
    identification: Identification = "marker",
    conventions: Conventions | None = None,
    n_permutations: int = 0,
    seed: int | None = None,
    progress: Progress | None = None,
    conf_level: float = 0.95,
) -> MeasurementInvariance:
    """Test whether groups answer the same items in the same way.

    Only then do differences between groups, or between anonymous waves, say something
    about what the items measure. Level after level more is set equal: nothing but the
    model (configural), loadings (metric), intercepts (scalar; means of later groups
    become free), residual variances (strict). Of ordered items: thresholds, then
    loadings, then intercepts (Wu and Estabrook, 2016, in the delta parameterisation).

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, at least n_items)
        Keyed answers in response-scale units, missing answers as NaN; columns that
        the model does not name are ignored. Not modified.
    model : mapping of str to sequence of str, or FactorModel
        Items of each factor, the same in every group.
    group : Series, array or sequence
        A group for each row; rows without one are left out. Groups are sorted; the
        first one is the reference.
    estimator : {"ml", "mlr", "wlsmv"}
        As `fit_cfa`. The difference of two levels is tested by the likelihood ratio,
        by Satorra and Bentler (2001; 2010 where that fails), or by Satorra (2000).
    missing : {"listwise", "fiml", "pairwise"}
        As `fit_cfa`.
    levels : sequence of str, optional
        Levels to test, among ``"configural"``, ``"thresholds"`` (``"wlsmv"``),
        ``"metric"``, ``"scalar"`` and ``"strict"`` (not ``"wlsmv"``); the first one
        is configural. By default all that the answers can carry.
    partial : bool
        Whether to release, at a level that does not hold, one property of an item
        after the other until it holds: each time the one that is expected to lower
        chi-square most (score test). A released item stays free at later levels. What
        is released depends on chance too: check it on other data.
    max_released : float
        Largest share of the items of a factor that may be released; two always stay.
    collapse : bool
        Count answers that nobody gave in some group as the neighbouring answer that
        fewer people gave, in all groups (``"wlsmv"`` only). Otherwise refused.
    min_group : int
        Smallest group that is analysed.
    identification : {"marker", "unit_variance"}
        Unit of the factors and of the differences of their means: the first item, or
        the factor's standard deviation in the first group. A `FactorModel` brings its
        own.
    conventions : Conventions, optional
        When a level holds.
    n_permutations : int
        Times that people are exchanged between groups at random, to test each
        level without relying on conventions.
    seed : int, optional
        Of the permutations; required for them.
    progress : callable, optional
        Called with the number of permutations done, and to do.
    conf_level : float
        Coverage of the intervals of estimates, between 0 and 1.

    Returns
    -------
    MeasurementInvariance

    Raises
    ------
    InsufficientDataError
        Fewer than two groups, a group below `min_group`, an item that nobody answered
        or that does not vary in a group, an answer that nobody gave in a group, or
        what `fit_cfa` refuses. The message names item and group, and a way out.
    TypeError, ValueError
        Wrong options, or items and groups that do not match the model.

    Warns
    -----
    AssumptionWarning
        Estimates that no population can have, at the levels named.

    Notes
    -----
    Assumes that respondents are independent, and what `fit_cfa` assumes.

    References
    ----------
    Meredith, 1993, Psychometrika. Wu and Estabrook, 2016, Psychometrika. Byrne,
    Shavelson and Muthen, 1989, Psychological Bulletin (partial invariance). Jorgensen,
    Kite, Chen and Short, 2018, Psychological Methods (permutations).
    """
    check_option("estimator", estimator, EstimatorName)
    check_option("missing", missing, Missing)
    check_at_least("min_group", min_group, 2)
    if collapse and estimator != "wlsmv":
        raise ValueError(
            f"`collapse` merges answers of ordered items (estimator='wlsmv'); got "
            f"estimator={estimator!r}, for which no answer has to occur in all groups."
        )
    permutations = Permutations(n=n_permutations, seed=seed, progress=progress)
    stated = state_model(model, identification=identification)
    incomplete = missing != "listwise"
    samples = check_groups(
        items, stated.items, group, incomplete=incomplete, min_group=min_group
    )
    collapsed: tuple[Collapsed, ...] = ()
    if collapse:
        items, collapsed = collapse_categories(items, samples, incomplete=incomplete)
        samples, _ = read_samples(
            items, stated.items, group, incomplete=True, keep=True
        )
    prepared = prepare_cfa(
        items, stated, estimator=estimator, missing=missing, group=group
    )
    ladder, flags = ladder_of(prepared)
    ordered, n_groups = estimator == "wlsmv", len(prepared.groups)
    request = Request(
        conventions=conventions
        or Conventions.usual(ordered=ordered, n_groups=n_groups),
        max_released=max_released if partial else 0.0,
        conf_level=conf_level,
    )
    occasions = GroupOccasions(prepared, choose_levels(ladder, levels))
    if collapsed:
        flags += (f"collapsed:{len(collapsed)}",)
    result = assemble(occasions, request, across="groups", flags=flags)
    return replace(
        result,
        collapsed=collapsed,
        permutation=permutation_tests(samples, occasions, result, permutations),
        seed=seed if n_permutations else None,
    )
