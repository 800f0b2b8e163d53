"""What lies behind the trend: what may be shown of it.

Functions of cells (lines, bands, make-up of units, lowest units) are made again from
the smallest groups that could be shown in each wave: see
`diagnose.disclosure.wave_tree`. Groups that two waves share are unions of them. The
shift of languages is a count of people and of none of their scores; it goes where a
language has too few of them in a wave.

People who can be followed are a cut across units. Why it is safe under the rule
--------------------------------------------------------------------------------
Take one wave and one subscale, and divide its respondents into kinds: those with a
score in both waves, those who left a code and gave no score again, the others. Take
the sum of scores of every kind as known, which is more than the tables say, and the
sums of the smallest visible cells A1 … Am. A 0/1 vector in the span of both is
x = a1 A1 + … + am Am + b1 K1 + …, so in cell j the people of kind k get aj + bk, which
is 0 or 1. Call the kinds with the largest b the first ones.

* If all kinds are first ones, x is a union of cells, which is safe already.
* Else, in a cell that holds first kinds and others, aj + bk must be 1 for the first and
  0 for the others. So x takes the people of the first kinds in *all* cells that they
  share with others, whatever else it takes.

Such people are many enough under this rule: over the smallest units, for every kind,
the people of that kind in units shared with others, and those others, are at least the
threshold and do not all score the same (`diagnose.diagnosis.linked.least_mixed`). With
two or three kinds these are all the ways to divide kinds in two. Visible cells are
unions of the smallest units, and merging keeps a shared one shared, so the people in
shared cells are as many at least. None is not enough: cells that are rolled up may be
shared where no unit is. Where everybody of a wave is of one kind there is no cut in it.

The waves are different answers, so what holds for each holds for both together. That
asks for one cut a wave: only the step to the last wave is followed, nothing is shown
beside means without careless answers, and early and late answers go where this is
shown (`diagnose.disclosure.representation`).

Cells of units of the wave before (`diagnose.disclosure.unit_change`) are unions of its
smallest visible cells, which are known in this argument already.

The change and its error are numbers about all linked people at once (decision 5). How
many of them moved by more than the error of measurement goes where one of the three
counts is below the threshold and not zero, or where all moved one way.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from diagnose.diagnosis.change import Change, compare_groups_again
from diagnose.diagnosis.contrasts import with_directions
from diagnose.diagnosis.linked import FEWEST_LINKED, LEAVERS, LINKED, MIXED
from diagnose.diagnosis.makeup import LANGUAGE
from diagnose.diagnosis.model import Diagnosis, Measurement
from diagnose.disclosure.log import HIDDEN, SHOWN, Suppressed, hide_rows
from diagnose.disclosure.nesting import COMPLEMENT, SMALL, SUBSCALE_HIDDEN
from diagnose.disclosure.thresholds import Thresholds

Log = list[Suppressed]
_MOVED = ("smallest", "n_better", "n_worse", "n_expected")
_PEOPLE = {"linked": ("n_linked",), "leavers": ("n_stayed", "n_left")}
_TESTED = {"linked": "change", "leavers": "difference"}
_COLUMNS = {"linked": LINKED, "leavers": LEAVERS}


def suppress_change(
    diagnosis: Diagnosis,
    trend: pd.DataFrame,
    safe_cells: pd.DataFrame,
    measurement: Measurement,
    thresholds: Thresholds,
) -> tuple[Change, Log]:
    """Return what may be shown of the change, and the log.

    Parameters
    ----------
    diagnosis : Diagnosis
        Nothing hidden yet.
    trend : pandas.DataFrame
        What is published of the waves.
    safe_cells : pandas.DataFrame
        See `diagnose.disclosure.wave_tree.find_safe_cells`.
    measurement : Measurement
        What is published of the quality of the answers.
    thresholds : Thresholds
        Smallest groups.
    """
    again = compare_groups_again(
        trend,
        safe_cells,
        diagnosis.instrument,
        diagnosis.hierarchy,
        conf_level=diagnosis.conf_level,
    )
    languages, log = _suppress_languages(diagnosis.change.makeup, thresholds)
    sensitivity = measurement.sensitivity
    linked, linked_log = _suppress_people(
        "linked", diagnosis, trend, sensitivity, thresholds
    )
    alphas = _shown_alphas(measurement)
    linked, moved_log = _suppress_moved(linked, alphas, thresholds)
    leavers, leavers_log = _suppress_people(
        "leavers", diagnosis, trend, sensitivity, thresholds
    )
    change = replace(
        again,
        makeup=pd.concat([again.makeup, languages], ignore_index=True),
        linked=linked,
        leavers=leavers,
    )
    return change, log + linked_log + moved_log + leavers_log


def _suppress_languages(
    makeup: pd.DataFrame, thresholds: Thresholds
) -> tuple[pd.DataFrame, Log]:
    """Drop the steps in which a language has too few people."""
    rows = makeup.loc[makeup["across"] == LANGUAGE]
    few = (~(rows["n_smallest"] >= thresholds.scores)).to_numpy(dtype=bool)
    log = [
        Suppressed(table="change.makeup", rule=SMALL, wave=str(wave))
        for wave in rows.loc[few, "wave"]
    ]
    return rows.loc[~few], log


def _suppress_people(
    table: str,
    diagnosis: Diagnosis,
    trend: pd.DataFrame,
    sensitivity: pd.DataFrame,
    thresholds: Thresholds,
) -> tuple[pd.DataFrame, Log]:
    """Hide unsafe cuts by who can be followed; judge the others again as one family."""
    frame: pd.DataFrame = getattr(diagnosis.change, table)
    both = trend.loc[trend["wave"].isin(diagnosis.waves[-2:])]
    lost = set(both.loc[both["status"] != SHOWN, "subscale"])
    absent = frame["subscale"].isin(lost) | ~frame["subscale"].isin(trend["subscale"])
    few = np.zeros(len(frame), dtype=bool)
    for column in _PEOPLE[table]:
        few |= ~(frame[column].to_numpy() >= max(thresholds.scores, FEWEST_LINKED))
    rules = np.select(
        [absent, few, ~_is_safe(table, frame, sensitivity, thresholds)],
        [SUBSCALE_HIDDEN, SMALL, COMPLEMENT],
        "",
    )
    kept = hide_rows(frame[list(_COLUMNS[table])], rules != "")
    kept = with_directions(kept, _TESTED[table], conf_level=diagnosis.conf_level)
    kept["direction"] = kept["direction"].where(kept["status"] != HIDDEN, "")
    return kept, _entries(f"change.{table}", frame["subscale"], rules)


def _is_safe(
    table: str,
    frame: pd.DataFrame,
    sensitivity: pd.DataFrame,
    thresholds: Thresholds,
) -> np.ndarray:
    """Tell on which subscales the cut may stand beside everything else."""
    cut = sensitivity.loc[
        (sensitivity["status"] == SHOWN)
        & (sensitivity["n_without"] < sensitivity["n_all"])
    ]
    # A frame without the counts says nothing, so its rows are not safe.
    fewest = frame.get(MIXED, pd.Series(0.0, frame.index))
    enough = (fewest >= thresholds.scores).to_numpy()
    if table == "linked":
        others = frame["n_others_before"] + frame["n_others"]
        enough = enough | (others == 0).to_numpy()
    safe: np.ndarray = enough & ~frame["subscale"].isin(cut["subscale"]).to_numpy()
    return safe


def _shown_alphas(measurement: Measurement) -> pd.Series:
    alphas = measurement.reliability
    shown = (alphas["method"] == "alpha") & (alphas["status"] == SHOWN)
    return alphas.loc[shown, "subscale"]


def _suppress_moved(
    linked: pd.DataFrame, alphas: pd.Series, thresholds: Thresholds
) -> tuple[pd.DataFrame, Log]:
    """Hide counts of people who moved where one is of a few people, or alpha is not."""
    counts = linked[["n_better", "n_worse"]].to_numpy(dtype=float)
    number = linked["n_linked"].to_numpy(dtype=float)
    three = np.column_stack([counts, number - counts.sum(axis=1)])
    few = ((three >= 1) & (three < thresholds.scores)).any(axis=1)
    alike = (counts == number[:, None]).any(axis=1)
    absent = ~linked["subscale"].isin(alphas).to_numpy()
    counted = (linked["status"] == SHOWN) & linked["n_better"].notna()
    # One rule for both: a log that told them apart would say that all moved one way.
    rules = np.select(
        [~counted.to_numpy(), absent, few | alike], ["", SUBSCALE_HIDDEN, SMALL], ""
    )
    kept = hide_rows(linked, rules != "", columns=_MOVED)
    return kept, _entries("change.moved", linked["subscale"], rules)


def _entries(table: str, subscales: pd.Series, rules: np.ndarray) -> Log:
    return [
        Suppressed(table=table, rule=str(rule), subscale=str(subscale))
        for subscale, rule in zip(subscales, rules, strict=True)
        if rule
    ]
