"""How the answers of divided units spread: which of them may be shown.

A unit that is divided on a subscale shows how the answers to its items, taken together,
spread over the response scale. That is a sum over people of the answers they gave, and
beside it stand two sorts of sums: the answers of the whole work floor to each item, and
the scores of units. Answers are shown when

1. the mean of the unit is shown, and at least the threshold for distributions answered;
2. not everybody chose one option, nor all but one person: more answers lie outside it
   than one person gave;
3. nobody is left of the work floor when the units shown on this subscale are taken from
   it, or a group for which the first two hold. Where that is not so, the smallest unit
   goes too, until it is.

They are shown by response option when nobody can be singled out by the items they
skipped (rule 4, below); otherwise only the two sides of the response scale are, and
what lies in between.

Why nothing smaller can be derived
----------------------------------
*Answers alone.* The published sums of answers are those of the work floor and of units
that do not overlap. The smallest groups are the units and what is left: by rule 3 each
has at least the threshold, and whatever is added or subtracted takes each whole.

*Answers beside scores.* A score is the mean of the items that were answered. Whoever
answered k items adds the sum of their answers to the distribution and a k-th of it to
the sum of scores, so scores minus answers / k takes everybody out who answered k items
and leaves a weighted sum of the answers of the others. So for every k that occurs, the
others must be nobody or at least the threshold for scores (rule 4), in a unit. A unit
shown by option can be taken from the work floor whole, so the rule of
`diagnose.disclosure.nesting` holds too of what is left without such units, which are
groups that each have a k of their own. That
asks for the answers of the work floor to every item: if one is withheld
(`diagnose.disclosure.nesting`) they are not known, and the rule is void for what is
left. But then something must be left: if units made up the whole work floor, their
answers together would tell those to the item that is withheld.

*Sides beside scores.* The sides of a unit do not tell the sum of its answers: to take
out somebody with complete answers, one number would have to stand for the two or more
options of a side. A response scale without such a side has no sides to show.

*Squares.* Spread and agreement of a unit are functions in which all its members stand
alike, so they single nobody out.

The answers of a unit are never given item by item. The log does not say which of two
units was hidden for the other's sake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose.diagnosis.divided import WHOLE
from diagnose.diagnosis.model import Diagnosis, Units
from diagnose.disclosure.answerers import find_answerers
from diagnose.disclosure.items import ItemRules, is_nearly_one
from diagnose.disclosure.log import SHOWN, Suppressed, hide_rows
from diagnose.disclosure.nesting import COMPLEMENT, SMALL, Answerers
from diagnose.disclosure.thresholds import Thresholds
from diagnose.responses.model import FLOOR

Log = list[Suppressed]
Path = tuple[str, ...]
Key = tuple[Path, str]
Counts = Mapping[float, float]
"""How often each response value was chosen, or each number of items answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGroup:
    """The answers of one group to the items of one subscale, taken together.

    Attributes
    ----------
    n_respondents : float
        People with an answer.
    n_scored : float
        People with a score.
    options : mapping of float to float
        Answers by response value.
    skips : mapping of float to float
        People by the number of items they answered.
    """

    n_respondents: float
    n_scored: float
    options: Counts
    skips: Counts

    def without(self, others: Iterable[AnswerGroup]) -> AnswerGroup:
        """Return what is left when other groups, that lie within it, are taken away."""
        taken = list(others)
        return AnswerGroup(
            n_respondents=self.n_respondents - sum(o.n_respondents for o in taken),
            n_scored=self.n_scored - sum(o.n_scored for o in taken),
            options=_less(self.options, [o.options for o in taken]),
            skips=_less(self.skips, [o.skips for o in taken]),
        )


def _less(whole: Counts, parts: Iterable[Counts]) -> dict[float, float]:
    taken = list(parts)
    return {
        key: n - sum(part.get(key, 0.0) for part in taken) for key, n in whole.items()
    }


def rule_people(group: AnswerGroup, thresholds: Thresholds) -> str:
    """Return the rule by which nothing of a group may be shown; empty without one."""
    if min(group.n_respondents, group.n_scored) < thresholds.distributions:
        return SMALL
    most, number = max(group.options.values()), sum(group.options.values())
    one_option = is_nearly_one(most, number, each=_most_of_one(group.skips))
    return COMPLEMENT if one_option else ""


def _most_of_one(skips: Counts) -> float:
    """Return the most items that somebody answered."""
    return max((n_items for n_items, people in skips.items() if people), default=1.0)


def singles_out(
    group: AnswerGroup, thresholds: Thresholds, who: Answerers | None = None
) -> bool:
    """Tell whether answers beside scores leave a few people who skipped items.

    Parameters
    ----------
    group : AnswerGroup
        A unit, or what is left of the work floor.
    thresholds : Thresholds
        Smallest groups.
    who : Answerers, optional
        The same people by smallest group, where that is known.
    """
    if who is not None and who.leave_few(thresholds.scores):
        return True
    people = sum(group.skips.values())
    others = [people - number for number in group.skips.values() if number]
    return any(0 < number < thresholds.scores for number in others)


def choose_units(
    whole: AnswerGroup,
    units: Mapping[Path, AnswerGroup],
    thresholds: Thresholds,
    *,
    withheld: bool,
    who: Answerers | None = None,
) -> tuple[dict[Path, str], frozenset[Path]]:
    """Return the units that are hidden, with the rule, and those that show options.

    Parameters
    ----------
    whole : AnswerGroup
        The work floor.
    units : mapping of path to AnswerGroup
        Divided units whose mean is shown; they do not overlap.
    thresholds : Thresholds
        Smallest groups.
    withheld : bool
        Whether the work floor's answers to an item of the subscale are not shown.
    who : Answerers, optional
        The work floor by the smallest groups of which scores are published, where it
        is known; otherwise the units are taken to be the only ones.
    """
    hidden = {p: rule for p, g in units.items() if (rule := rule_people(g, thresholds))}
    by_size = sorted(units, key=lambda path: (units[path].n_respondents, path))
    shown = [path for path in by_size if path not in hidden]
    while shown and not _may_be_left(
        whole.without(units[path] for path in shown), thresholds, withheld=withheld
    ):
        hidden[shown.pop(0)] = COMPLEMENT
    full = [
        path
        for path in shown
        if not singles_out(units[path], thresholds, who and who.within(path))
    ]
    while (
        full
        and not withheld
        and singles_out(
            whole.without(units[path] for path in full),
            thresholds,
            who and who.without(full),
        )
    ):
        full.pop(0)
    return hidden, frozenset(full)


def _may_be_left(left: AnswerGroup, thresholds: Thresholds, *, withheld: bool) -> bool:
    if left.n_respondents == 0:
        return not withheld
    return not rule_people(left, thresholds)


def suppress_divided(
    diagnosis: Diagnosis,
    units: Units,
    profile: pd.DataFrame,
    rules: ItemRules,
    thresholds: Thresholds,
) -> tuple[pd.DataFrame, Log]:
    """Hide distributions of divided units; drop those whose reading is not shown.

    Parameters
    ----------
    diagnosis : Diagnosis
        Nothing hidden yet.
    units : Units
        The cells and agreement that are published.
    profile : pandas.DataFrame
        The profile that is published.
    rules : ItemRules
        The items that are withheld.
    thresholds : Thresholds
        Smallest groups.
    """
    answers = diagnosis.units.answers
    read = units.agreement.loc[units.agreement["reading"] == "divided"]
    if answers.empty or read.empty:
        return answers.iloc[:0].copy(), []
    known = set(zip(read["path"], read["subscale"], strict=True))
    groups = _groups(diagnosis.units, units.cells, profile)
    who = find_answerers(diagnosis, units)
    hidden: dict[Key, str] = {}
    full: set[Key] = set()
    for subscale in dict.fromkeys(read["subscale"]):
        own = {p: groups[p, s] for p, s in groups if s == subscale and (p, s) in known}
        away, by_option = choose_units(
            groups[WHOLE, subscale],
            own,
            thresholds,
            withheld=_withholds(diagnosis, rules, subscale, thresholds),
            who=who.get((FLOOR, subscale)),
        )
        hidden |= {(path, subscale): rule for path, rule in away.items()}
        full |= {(path, subscale) for path in by_option}
    of_units = answers.loc[[key in known for key in _keys(answers)]]
    in_full = np.array([key in full for key in _keys(of_units)], dtype=bool)
    most = {key: _most_of_one(group.skips) for key, group in groups.items()}
    sides, unfit = _take_sides(of_units.loc[~in_full], most)
    hidden |= dict.fromkeys(unfit, COMPLEMENT)
    kept = pd.concat([of_units.loc[in_full], sides]).sort_index(kind="stable")
    kept = kept.reset_index(drop=True)
    log = [
        Suppressed(
            table="units.answers",
            rule=rule,
            level=diagnosis.hierarchy[-1],
            path=path,
            subscale=subscale,
        )
        for (path, subscale), rule in hidden.items()
    ]
    gone = np.array([key in hidden for key in _keys(kept)], dtype=bool)
    return hide_rows(kept, gone), log


def _keys(answers: pd.DataFrame) -> list[Key]:
    return list(zip(answers["path"], answers["subscale"], strict=True))


def _take_sides(
    answers: pd.DataFrame, most: Mapping[Key, float]
) -> tuple[pd.DataFrame, frozenset[Key]]:
    """Add up the options of each side; return the units too for which that is no help.

    They are those on a response scale without two options on one side, and those with
    all answers on one side, or all but those of one person.
    """
    if answers.empty:
        return answers, frozenset()
    grouped = answers.groupby(["path", "subscale", "side"], sort=False)
    first = grouped.head(1)
    added = grouped[["count", "share"]].sum().to_numpy(dtype=float)
    sides = first.assign(value=np.nan, count=added[:, 0], share=added[:, 1])
    n_options = grouped["count"].transform("size").loc[first.index]
    # A unit without counts of its own is not published.
    each = np.array([most.get(key, np.inf) for key in _keys(sides)], dtype=float)
    one_side = (sides["n_answers"] - sides["count"]).to_numpy() <= each
    wide = {key for key, n in zip(_keys(sides), n_options, strict=True) if n > 1}
    alike = {key for key, one in zip(_keys(sides), one_side, strict=True) if one}
    return sides, frozenset((set(_keys(sides)) - wide) | alike)


def _groups(
    before: Units, cells: pd.DataFrame, profile: pd.DataFrame
) -> dict[Key, AnswerGroup]:
    """Return each group by path and subscale, with the scores that are published."""
    scored = {
        (row["path"], row["subscale"]): row["n_respondents"]
        for row in cells.loc[cells["status"] == SHOWN].to_dict("records")
    }
    floor = profile.loc[(profile["role"] == FLOOR) & (profile["status"] == SHOWN)]
    numbers = zip(floor["subscale"], floor["n_respondents"], strict=True)
    scored |= {(WHOLE, subscale): number for subscale, number in numbers}
    keys = ["path", "subscale"]
    options: dict[Key, dict[float, float]] = {}
    people: dict[Key, float] = {}
    for row in before.answers.to_dict("records"):
        key = (row["path"], row["subscale"])
        options.setdefault(key, {})[row["value"]] = row["count"]
        people[key] = row["n_respondents"]
    skips: dict[Key, dict[float, float]] = {}
    for path, subscale, n_items, count in before.skips[
        [*keys, "n_items", "count"]
    ].itertuples(index=False):
        skips.setdefault((path, subscale), {})[n_items] = count
    return {
        key: AnswerGroup(
            n_respondents=people[key],
            n_scored=scored[key],
            options=options[key],
            skips=skips[key],
        )
        for key in options
        if key in scored
    }


def _withholds(
    diagnosis: Diagnosis, rules: ItemRules, subscale: str, thresholds: Thresholds
) -> bool:
    """Tell whether the work floor's answers to an item are not shown."""
    return any(
        (FLOOR, answers.item) in rules.withheld
        or answers.n_respondents < thresholds.distributions
        for answers in rules.answers.get((FLOOR, subscale), ())
    )
