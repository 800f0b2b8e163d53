"""What items and the mean of their subscale tell together."""

from __future__ import annotations

import numpy as np
import pytest

from diagnose.disclosure import derivable_groups
from diagnose.disclosure.nesting import (
    ItemAnswers,
    fewest_incomplete,
    hide_items,
    ties_are_safe,
)


def answered(*numbers, alike=()):
    return [
        ItemAnswers(item=f"v{i}", n_respondents=n, unanimous=i in alike)
        for i, n in enumerate(numbers, start=1)
    ]


def hidden(*numbers, n_scored, n_complete, n_total=30, alike=()):
    return hide_items(
        answered(*numbers, alike=alike),
        n_scored=n_scored,
        n_complete=n_complete,
        n_total=n_total,
        threshold=5,
    )


def test_one_person_who_skipped_an_item_follows_from_exact_numbers(rng):
    answers = rng.integers(1, 6, size=(20, 4)).astype(float)
    answers[7, 3] = np.nan
    item_sums = np.nansum(answers, axis=0)  # mean times n of each item
    scores = np.nansum(np.nanmean(answers, axis=1))  # mean times n of the subscale

    worked_out = 12 * (scores - item_sums.sum() / 4)

    assert worked_out == pytest.approx(np.nansum(answers[7]))
    # Without the fourth item the same equation has an unknown of its own.
    assert hidden(20, 20, 20, 19, n_scored=20, n_complete=19, n_total=20) == {"v4"}


def patterns(*groups):
    """Return item sums and score sum over atoms (group, item answered)."""
    atoms = [(g, i) for g, (items, _) in enumerate(groups) for i in items]
    sums = [[float(i == item) for _, i in atoms] for item in range(4)]
    scored = [
        1 / len(groups[g][0]) if len(groups[g][0]) >= 3 else 0.0 for g, _ in atoms
    ]
    return atoms, np.array([*sums, scored])


@pytest.mark.parametrize(
    ("partly", "derived"),
    [
        ([((0, 1, 2), 1)], True),
        ([((0, 1, 2), 4)], True),
        ([((0, 1, 2), 2), ((1, 2, 3), 2)], False),  # only a weighted mix of the two
        ([((0, 1), 3)], True),  # not scored, and still the only ones in the equation
    ],
)
def test_rank_says_who_skipped_can_be_derived(partly, derived):
    atoms, published = patterns(((0, 1, 2, 3), 20), *partly)
    members = np.array([[float(g == 1) for g, _ in atoms]])

    assert derivable_groups(published, members)[0] == derived
    for item in range(4):
        assert not derivable_groups(np.delete(published, item, axis=0), members)[0]


@pytest.mark.parametrize(
    ("numbers", "n_scored", "n_complete", "expected"),
    [
        ((20, 20, 20, 20), 20, 20, set()),  # nobody skipped
        ((20, 20, 20, 19), 20, 19, {"v4"}),  # one person
        ((19, 20, 19, 20), 20, 18, {"v1"}),  # two people
        ((20, 20, 20, 15), 20, 15, set()),  # five people are a group like any other
        ((20, 20, 20, 3), 20, 3, {"v1"}),  # three complete answers stand apart
        ((20, 20, 20, 0), 20, 0, set()),  # an item that this role was not asked
        ((20,), 20, None, set()),  # one item is the subscale
    ],
)
def test_one_item_goes_where_few_people_skipped(
    numbers, n_scored, n_complete, expected
):
    if 0 in numbers:
        n_complete = None  # complete answers cannot be counted
    got = hidden(
        *numbers, n_scored=n_scored, n_complete=n_complete, n_total=max(numbers)
    )
    assert got == expected


def test_an_item_answered_alike_takes_another_one_with_it():
    got = hidden(20, 20, 21, 20, n_scored=20, n_complete=20, alike=(3,))

    assert got == {"v1", "v3"}


@pytest.mark.parametrize("n_people", range(1, 9))
def test_the_least_number_is_never_more_than_the_truth(rng, n_people):
    for _ in range(40):
        skipped = rng.random((n_people, 4)) < 0.4
        skipped[skipped.all(axis=1) | ~skipped.any(axis=1)] = [
            True,
            False,
            False,
            False,
        ]
        answers = ~np.vstack([np.zeros((20, 4), bool), skipped])
        n_scored = int((answers.sum(axis=1) >= 3).sum())
        for n_complete in (20, None):
            least = fewest_incomplete(
                answers.sum(axis=0).tolist(), n_scored, n_complete, 20 + n_people
            )
            assert 1 <= least <= n_people


def test_ties_beside_items_need_the_same_people_or_many_others():
    assert ties_are_safe([20, 20, 20], 20, 20, 5)
    assert ties_are_safe([30, 20, 26], 27, 20, 5)
    assert not ties_are_safe([20, 20, 21], 21, 20, 5)
    assert not ties_are_safe([20, 20], 20, None, 5)


def published_numbers(unknown, n_items, n_complete, *, withheld, ties):
    """Return everything published of one subscale, one person having skipped an item.

    `unknown` holds the means and covariances of the complete answers, then the answers
    of that person to all items but the last.
    """
    means, rest = unknown[:n_items], unknown[n_items:]
    upper = np.triu_indices(n_items)
    cov = np.zeros((n_items, n_items))
    cov[upper] = rest[: len(upper[0])]
    cov = cov + np.triu(cov, 1).T
    own = rest[len(upper[0]) :]
    numbers = []
    for i in range(n_items):
        if i == withheld:
            continue
        extra = own[i] if i < n_items - 1 else 0.0
        squares = n_complete * (cov[i, i] + means[i] ** 2)
        numbers += [n_complete * means[i] + extra, squares + extra**2]
    score = own.mean()
    total = cov.sum() / n_items**2
    numbers += [
        n_complete * means.mean() + score,
        n_complete * (total + means.mean() ** 2) + score**2,
        np.trace(cov) / cov.sum(),  # alpha
    ]
    if n_items > 2:  # omega: any other function of the correlations
        numbers.append(np.linalg.eigvalsh(cov)[-1] / np.trace(cov))
    if ties:
        for i in range(n_items):
            others = [j for j in range(n_items) if j != i]
            block = cov[np.ix_(others, others)]
            numbers.append(cov[i, others].sum() / np.sqrt(cov[i, i] * block.sum()))
            numbers.append(np.trace(block) / block.sum())
    return np.array(numbers)


def answer_is_fixed(n_items, *, withheld, ties, rng):
    """Tell whether the published numbers fix the sum of that person's answers."""
    loadings = rng.uniform(0.5, 1.0, n_items)
    cov = np.outer(loadings, loadings) + np.diag(rng.uniform(0.3, 0.9, n_items))
    cov[0, 1] = cov[1, 0] = cov[0, 1] * 1.3
    start = np.concatenate(
        [
            rng.uniform(2.5, 4.0, n_items),
            cov[np.triu_indices(n_items)],
            rng.integers(1, 6, n_items - 1).astype(float),
        ]
    )

    def numbers(at):
        return published_numbers(at, n_items, 25, withheld=withheld, ties=ties)

    step = 1e-6
    jacobian = np.array(
        [
            (numbers(start + step * unit) - numbers(start - step * unit)) / (2 * step)
            for unit in np.eye(len(start))
        ]
    ).T
    jacobian /= np.linalg.norm(jacobian, axis=1, keepdims=True)
    score = np.zeros((1, len(start)))
    score[0, -(n_items - 1) :] = 1.0
    _, spread, basis = np.linalg.svd(jacobian)
    basis = basis[: (spread > 1e-7).sum()]
    left = score - score @ basis.T @ basis
    return bool(np.abs(left).max() < 1e-4)


@pytest.mark.parametrize("n_items", range(2, 7))
def test_with_one_item_and_the_ties_gone_a_person_stays_free(n_items, rng):
    assert answer_is_fixed(n_items, withheld=None, ties=False, rng=rng)
    for withheld in range(n_items):
        assert not answer_is_fixed(n_items, withheld=withheld, ties=False, rng=rng)


@pytest.mark.parametrize("n_items", [3, 4])
def test_with_the_ties_a_person_follows_even_without_one_item(n_items, rng):
    assert answer_is_fixed(n_items, withheld=0, ties=True, rng=rng)
