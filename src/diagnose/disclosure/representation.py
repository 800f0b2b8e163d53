"""Whom the answers stand for: means made again, and the cut by time only where safe.

The weighted means and the suppositions are functions of published cells and of head
counts, and are made again. The head count of the whole work floor is published with
them: it comes from the organisation, not from answers, and beside the shown units it
tells at most how many people work where nobody answered, whose number of answers,
none, follows from the totals already.

Early and late answers are a cut across units. Why it is safe under the rule
----------------------------------------------------------------------------
Take one subscale. The smallest visible cells A1 … Am (see `tree`) do not overlap, and
every published sum is a sum over them; the two halves add e, the early people, and
with it the late ones, who are all others. A 0/1 vector in the span of A1 … Am and e is
x = a1 A1 + … + am Am + b e, so in cell j the late people get aj and the early aj + b.

* Where a cell holds both kinds, aj and aj + b are 0 or 1, hence b is -1, 0 or 1.
  b = 0 gives unions of cells, which are safe already.
  b = 1 forces aj = 0 in every such cell: x holds the early people of *all* cells that
  hold both kinds, and of the other cells each whole or not at all.
  b = -1 gives the late people in the same way.
* Where no cell holds both kinds, e is itself a union of cells.

So every new group contains the early, or the late, people of all mixed cells together,
beside whole cells that are safe. Which cells are mixed is counted over the smallest
units (`diagnose.diagnosis.timing.count_mixed`), of which the visible cells are unions.
Merging units keeps a mixed one mixed, so the group of the visible cells holds that of
the smallest units, and is as large as that at least. Hence the rule: of the smallest
units that hold both kinds, the early people are at least as many as the threshold and
do not all score the same, and so are the late. None is not enough: two units of one
kind each can be rolled up to a mixed cell, and then a small unit would be all the
early people in it.

The argument holds for one cut. Beside a second one (the means without careless
answers, or the people who can be followed over waves) the span is larger, so on such
subscales the halves are hidden. The correlation with the order of answering is one
number about everybody with a score, and goes with the halves.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnose.diagnosis.contrasts import with_directions
from diagnose.diagnosis.model import Diagnosis, Parts
from diagnose.diagnosis.representation import Representation, weigh_means
from diagnose.diagnosis.strata import count_members
from diagnose.diagnosis.timing import MIXED, TIMING
from diagnose.disclosure.log import HIDDEN, SHOWN, Suppressed, hide_rows
from diagnose.disclosure.nesting import COMPLEMENT, SUBSCALE_HIDDEN
from diagnose.disclosure.thresholds import Thresholds
from diagnose.responses.model import FLOOR

Log = list[Suppressed]


def suppress_representation(
    diagnosis: Diagnosis, parts: Parts, thresholds: Thresholds
) -> tuple[Representation, Log]:
    """Return what may be shown of the representation, and the log.

    Parameters
    ----------
    diagnosis : Diagnosis
        Nothing hidden yet.
    parts : Parts
        What is published of everything else.
    thresholds : Thresholds
        Smallest groups.
    """
    n_members = count_members(diagnosis.participation)
    means = weigh_means(parts, n_members=n_members).assign(status=SHOWN)
    timing, log = _suppress_timing(diagnosis, parts, thresholds)
    return Representation(means=means, timing=timing), log


def _suppress_timing(
    diagnosis: Diagnosis, parts: Parts, thresholds: Thresholds
) -> tuple[pd.DataFrame, Log]:
    """Hide unsafe halves; judge the others again, as one family."""
    timing = diagnosis.representation.timing
    profile = parts.profile
    shown = (profile["role"] == FLOOR) & (profile["status"] == SHOWN)
    absent = ~timing["subscale"].isin(profile.loc[shown, "subscale"])
    crossed = timing["subscale"].isin(crossed_subscales(parts))
    few = np.zeros(len(timing), dtype=bool)
    for column in MIXED:
        # A frame without the counts says nothing, so its rows are not safe.
        few |= ~(
            timing.get(column, pd.Series(np.nan, timing.index)).to_numpy()
            >= (thresholds.scores)
        )
    rules = np.select([absent, few | crossed], [SUBSCALE_HIDDEN, COMPLEMENT], "")
    kept = hide_rows(timing[list(TIMING)], rules != "")
    kept = with_directions(kept, "difference", conf_level=diagnosis.conf_level)
    kept["direction"] = kept["direction"].where(kept["status"] != HIDDEN, "")
    log = [
        Suppressed(
            table="representation.timing", rule=str(rule), subscale=str(subscale)
        )
        for subscale, rule in zip(timing["subscale"], rules, strict=True)
        if rule
    ]
    return kept, log


def crossed_subscales(parts: Parts) -> frozenset[str]:
    """Return the subscales on which another cut across units is shown."""
    without = parts.measurement.sensitivity
    cut = without.loc[
        (without["status"] == SHOWN) & (without["n_without"] < without["n_all"])
    ]
    followed = [
        frame.loc[frame["status"] != HIDDEN, "subscale"]
        if "status" in frame
        else frame["subscale"]
        for frame in (parts.change.linked, parts.change.leavers)
    ]
    return frozenset().union(cut["subscale"], *followed)
