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

It is the *only* equation without the complete answers: q + 1 sums, of which the q item
sums are needed to cancel the q unknown sums of the complete answers. So it is harmless
when nobody answered in part, or when at least as many as the threshold did (the group
is then no smaller than any other that is shown). Between the two, taking away the sum
of **one** item breaks it for good, and that is what is done: the other items stay.

Skewed towards one item instead, the same holds: when fewer people than the threshold
answered item j, all others may play the part of the complete answers, and again the sum
of one item that many answered must go.

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

from collections.abc import Sequence
from dataclasses import dataclass
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
        Whether all valid answers are the same.
    """

    item: str
    n_respondents: int
    unanimous: bool = False


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
) -> frozenset[str]:
    """Return the items whose numbers must go, beside those with too few answers.

    Items that everybody answered alike go, because their mean is everybody's answer,
    and take another one with them: alone, the mean of the subscale would give them
    back.

    Parameters
    ----------
    items : sequence of ItemAnswers
        The items of one subscale in the order of the questionnaire. The mean of the
        subscale is shown.
    n_scored, n_complete, n_total
        See `fewest_incomplete`.
    threshold : int
        Smallest group that may be shown.
    """
    asked = [answers for answers in items if answers.n_respondents]
    alike = {a.item for a in asked if a.unanimous}
    # Fewest answers first: what is lost is what was known least.
    order = sorted(asked, key=lambda answers: answers.n_respondents)
    spare = [a for a in order if a.item not in alike and a.n_respondents >= threshold]
    hidden = set(alike)
    if spare and (alike or _is_nested(asked, n_scored, n_complete, n_total, threshold)):
        hidden.add(spare[0].item)
    return frozenset(hidden)


def _is_nested(
    asked: Sequence[ItemAnswers],
    n_scored: int,
    n_complete: int | None,
    n_total: int,
    threshold: int,
) -> bool:
    numbers = [answers.n_respondents for answers in asked]
    if len(numbers) < 2:
        return False
    if min(numbers) < threshold:
        return True
    partly = fewest_incomplete(numbers, n_scored, n_complete, n_total)
    return 0 < partly < threshold


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
