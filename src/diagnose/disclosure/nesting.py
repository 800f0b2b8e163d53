"""Items beside the mean of their subscale: who skipped an item could be worked out.

A person's score is the mean of the items they answered. Take a subscale of q items,
with S_j the sum of the answers to item j, and T the sum of all scores. Somebody who
answered every item adds 1/q of each answer to T and the whole of it to S_j, so in

    T - (S_1 + ... + S_q) / q

everybody with complete answers cancels out. What is left is a weighted sum of the
answers of those who skipped some items and answered others. Is that one person, it is
that person's score: with four items, one of them skipped, T - sum(S) / 4 is one twelfth
of the sum of the three answers that were given. Means with their numbers are sums, and
so are the counts of a distribution; rounding of some digits does not help, for the
answers are whole numbers.

Units. The sums of scores of units are published too, so in place of T stands any sum of
the groups that a reader knows apart: units without shown units below them, and rests.
Let the groups be g with sums T_g, and take the equation

    c_1 T_1 + ... + c_m T_m + d_1 S_1 + ... + d_q S_q.

Somebody of group g who answered the k items A stands in it with c_g / k + d_i at each
item of A (with d_i alone where too few items were answered for a score), and drops out
only where all of these are zero.

* All d are zero: a sum over groups, about which `diagnose.disclosure.tree` decides.
* All d are the same: of each group those drop out who answered as many items as c_g is
  set for, c_g = -k d. So a whole team that skipped one and the same item drops out,
  and one person elsewhere can be left who did not. Setting every c_g for the number of
  items that most people of the group answered leaves the fewest: they must be nobody or
  as many as the threshold. Where they are nobody, any other choice leaves whole groups.
* Some d differ. Link two items by the number of people who answered both. A path over
  links joins any two items; somewhere on it d changes, and whoever answered the two
  items at that place cannot drop out. So at least as many people are left as the
  weakest link has in the tree of the strongest links; it must not be below the
  threshold.

Taking away the sum of **one** item ends the second case: its d is zero, so all d are or
some differ. When an item goes anyhow (fewer people answered it than the threshold, or
nearly all alike) the third case is what remains, with zero as the d of the items that
went; further ones go until it is safe. Distributions add nothing: their counts are sums
over people of one item too, and only the combination that is the sum of the item can
take anybody's score out.

Cuts across units (early and late answers, people who can be followed) divide groups,
and a c of their own for each part of a group is more than a reader has. Where such a
cut may be shown, those who are left over by parts must be as many as the threshold,
unless nobody answered in part. Which of them left careless answers is not known here;
they are taken off the number.

Second moments. Reliability and item-rest correlations rest on complete answers, the
standard deviation of an item on everybody who answered it. Where these differ by a few
people, all of the q item-rest correlations, the q alphas without an item, the standard
deviations and the means together have more equations than unknowns. Item-rest
correlations and alphas without an item are therefore given only where no such small
difference exists. With them gone, and one item gone, the q (q - 1) / 2 covariances
between items are unknowns that only alpha, omega and the standard deviation of the
score speak of, and the answers of a single person stay free (tested through the rank of
the Jacobian, for two to six items).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

SMALL = "small"
COMPLEMENT = "complement"
SUBSCALE_HIDDEN = "subscale-hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnswers:
    """How one item of a subscale was answered by one role.

    Attributes
    ----------
    item : str
        Id of the item.
    n_respondents : int
        Valid answers.
    unanimous : bool
        Whether all valid answers are the same, or all but one: whoever gave that one
        knows the answer of everybody else, and everybody else knows it nearly.
    bit : int
        Number that stands for the item in a `Pattern`.
    """

    item: str
    n_respondents: int
    unanimous: bool = False
    bit: int = 0


Pattern = tuple[int, bool]
"""Which items were answered (the bits of these items, added up), and whether that gave
a score."""

Group = Mapping[Pattern, int]
"""People of one group by their pattern."""

Path = tuple[str, ...]
Place = tuple[Path, int]
"""A smallest group of which the sum of scores is published, and the side of the cuts
across units, if it is divided by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerers:
    """Who answered a subscale, divided as finely as a reader can.

    Attributes
    ----------
    groups : mapping of Place to Group
        The smallest groups of which the sum of scores is published.
    crossed : bool
        Whether the groups are parts by a cut across units, of which no sum of their
        own is published.
    n_apart : int
        People of one more cut, of whom it is not known where they are.
    """

    groups: Mapping[Place, Group]
    crossed: bool = False
    n_apart: int = 0

    def leave_few(self, threshold: int) -> bool:
        """Tell whether scores beside answers may leave a few people."""
        left = sum(fewest_left(group) for group in self.groups.values())
        if not self.crossed and not self.n_apart:
            return 0 < left < threshold
        sets = {items for group in self.groups.values() for items, _ in group}
        return len(sets) > 1 and left - self.n_apart < threshold

    def within(self, path: Path) -> Answerers:
        """Return the part of those in one smallest group."""
        own = {place: group for place, group in self.groups.items() if place[0] == path}
        return replace(self, groups=own)

    def without(self, paths: Collection[Path]) -> Answerers:
        """Return those in none of some smallest groups."""
        others = {
            place: group
            for place, group in self.groups.items()
            if place[0] not in paths
        }
        return replace(self, groups=others)

    def weakest_link(self, items: Iterable[int], gone: Iterable[int]) -> float:
        """Return how many people at least hold any two sets of items together.

        Parameters
        ----------
        items : iterable of int
            Bits of the items whose sum is published.
        gone : iterable of int
            Bits of the others. They are on one side together.
        """
        everybody: dict[int, int] = {}
        for group in self.groups.values():
            for (answered, _), people in group.items():
                everybody[answered] = everybody.get(answered, 0) + people
        inside, weakest = [*gone], float("inf")
        outside = [*items]
        if not inside and outside:
            inside.append(outside.pop())
        while outside:
            links = {
                new: max(_answered_both(everybody, old, new) for old in inside)
                for new in outside
            }
            best = max(links, key=lambda new: links[new])
            weakest = min(weakest, links[best])
            outside.remove(best)
            inside.append(best)
        return weakest


def fewest_left(group: Group) -> int:
    """Return how many do not drop out when those do who answered so many items.

    The number of items is chosen so that the fewest are left. Without a score nobody
    drops out.
    """
    by_number: dict[int, int] = {}
    for (items, scored), people in group.items():
        if scored:
            number = items.bit_count()
            by_number[number] = by_number.get(number, 0) + people
    return sum(group.values()) - max(by_number.values(), default=0)


def _answered_both(everybody: Mapping[int, int], first: int, second: int) -> int:
    both = first | second
    return sum(people for items, people in everybody.items() if items & both == both)


def fewest_incomplete(
    answered: Sequence[int], n_scored: int, n_complete: int | None, n_total: int
) -> int:
    """Return the least number of people who answered a subscale in part.

    Parameters
    ----------
    answered : sequence of int
        Valid answers of each item.
    n_scored : int
        Respondents with a score.
    n_complete : int or None
        Respondents who answered every item; None when it is not known.
    n_total : int
        Respondents of the role.

    Returns
    -------
    int
        0 only when it is certain that nobody answered in part. Never more than their
        true number, so a comparison with a threshold errs on the side of hiding.
    """
    if len(answered) < 2:
        return 0
    everyone = n_complete if n_complete is not None else min(*answered, n_scored)
    partly = [number - everyone for number in answered]
    # Each of them answered at most all items but one.
    at_least = ceil(sum(partly) / (len(answered) - 1))
    number = max(at_least, max(partly), n_scored - everyone)
    if number == 0 and n_complete is None and everyone < n_total:
        return 1  # skips that even out in the counts cannot be ruled out
    return number


def hide_items(
    items: Sequence[ItemAnswers],
    *,
    n_scored: int,
    n_complete: int | None,
    n_total: int,
    threshold: int,
    answerers: Answerers | None = None,
    divided: bool = False,
) -> frozenset[str]:
    """Return the items whose numbers must go, beside those with too few answers.

    Items that (nearly) everybody answered alike go, because their mean is everybody's
    answer, and take another one with them: alone, the mean of the subscale would give
    them back.

    Parameters
    ----------
    items : sequence of ItemAnswers
        The items of one subscale in the order of the questionnaire. The mean of the
        subscale is shown.
    n_scored, n_complete, n_total
        See `fewest_incomplete`; used where it is not known who answered what.
    threshold : int
        Smallest group that may be shown.
    answerers : Answerers, optional
        Who answered what, where it is known.
    divided : bool
        Whether sums of scores of smaller groups are published too. Without
        `answerers` an item then goes as soon as anybody answered in part.
    """
    asked = [answers for answers in items if answers.n_respondents]
    alike = {a.item for a in asked if a.unanimous}
    few = {a.item for a in asked if a.n_respondents < threshold}
    # Fewest answers first: what is lost is what was known least.
    order = sorted(asked, key=lambda answers: answers.n_respondents)
    spare = [a for a in order if a.item not in alike | few]
    hidden = set(alike)
    if spare and alike:
        hidden.add(spare.pop(0).item)
    if answerers is None:
        numbers = (n_scored, n_complete, n_total)
        if spare and not alike and _is_nested(asked, *numbers, threshold, divided):
            hidden.add(spare[0].item)
        return frozenset(hidden)
    while spare and _tells_of_few(asked, hidden | few, answerers, threshold):
        hidden.add(spare.pop(0).item)
    return frozenset(hidden)


def _tells_of_few(
    asked: Sequence[ItemAnswers], gone: set[str], answerers: Answerers, threshold: int
) -> bool:
    if len(asked) < 2:
        return False
    away = [a.bit for a in asked if a.item in gone]
    shown = [a.bit for a in asked if a.item not in gone]
    if answerers.weakest_link(shown, away) < threshold:
        return True
    return not away and answerers.leave_few(threshold)


def _is_nested(
    asked: Sequence[ItemAnswers],
    n_scored: int,
    n_complete: int | None,
    n_total: int,
    threshold: int,
    divided: bool,
) -> bool:
    numbers = [answers.n_respondents for answers in asked]
    if len(numbers) < 2:
        return False
    if min(numbers) < threshold:
        return True
    partly = fewest_incomplete(numbers, n_scored, n_complete, n_total)
    return partly > 0 and (divided or partly < threshold)


def ties_are_safe(
    answered: Sequence[int], n_scored: int, n_complete: int | None, threshold: int
) -> bool:
    """Tell whether statistics of complete answers may stand beside those of items.

    Parameters
    ----------
    answered, n_scored, n_complete
        See `fewest_incomplete`.
    threshold : int
        Smallest group that may be shown.
    """
    if n_complete is None or n_complete < threshold:
        return False
    differences = [number - n_complete for number in (*answered, n_scored)]
    return all(d == 0 or d >= threshold for d in differences)
