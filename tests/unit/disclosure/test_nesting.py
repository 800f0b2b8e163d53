"""What items and the mean of their subscale tell together."""

from __future__ import annotations

from itertools import product

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


def answer_is_fixed(n_items, *, withheld, ties, rng, numbers_of=None):
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
        if numbers_of is not None:
            return numbers_of(at, n_items, withheld=withheld)
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


def with_loadings(unknown, n_items, *, withheld):
    """Return everything published of a subscale, with its standardised loadings.

    The closed form of three items, and of more the first principal component: any
    function of the correlations serves, for only how many there are matters. One more
    such function stands for omega of ordered categories.
    """
    upper = np.triu_indices(n_items)
    cov = np.zeros((n_items, n_items))
    cov[upper] = unknown[n_items : n_items + len(upper[0])]
    cov = cov + np.triu(cov, 1).T
    spread = np.sqrt(np.diag(cov))
    r = cov / np.outer(spread, spread)
    if n_items == 3:
        product = r[0, 1] * r[0, 2] * r[1, 2]
        loadings = np.sqrt(product) / np.array([r[1, 2], r[0, 2], r[0, 1]])
    else:
        values, vectors = np.linalg.eigh(r)
        loadings = np.abs(vectors[:, -1]) * np.sqrt(values[-1])
    plain = published_numbers(unknown, n_items, 25, withheld=withheld, ties=False)
    return np.concatenate([plain, loadings, [np.linalg.slogdet(r)[1]]])


@pytest.mark.parametrize("n_items", [4, 5, 6])
def test_beside_the_loadings_of_four_items_and_more_a_person_stays_free(n_items, rng):
    for withheld in range(n_items):
        assert not answer_is_fixed(
            n_items, withheld=withheld, ties=False, rng=rng, numbers_of=with_loadings
        )


def test_beside_the_loadings_of_three_items_a_person_follows(rng):
    for withheld in range(3):
        assert answer_is_fixed(
            3, withheld=withheld, ties=False, rng=rng, numbers_of=with_loadings
        )


# Answers of three items with three categories: all 27, and 9 without the last item.
COMPLETE = np.array(list(product(range(3), repeat=3)))
PARTLY = np.array(list(product(range(3), repeat=2)))


def curve_functions(slopes, starts):
    """Return the sums over people that a graded response model is fitted by.

    One row a parameter: what each answer pattern adds to the slope of the likelihood,
    which the estimates make zero. That is all a curve tells of the patterns.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    weights = weights / weights.sum()

    def log_probability(parameters):
        a, c = parameters[:3], parameters[3:].reshape(3, 2)
        above = 1 / (1 + np.exp(-(a[:, None, None] * nodes + c[:, :, None])))
        edges = [np.ones((3, 1, 41)), above, np.zeros((3, 1, 41))]
        answer = -np.diff(np.concatenate(edges, axis=1), axis=1)
        both = answer[0][PARTLY[:, 0]] * answer[1][PARTLY[:, 1]]
        every = np.prod([answer[i][COMPLETE[:, i]] for i in range(3)], axis=0)
        return np.log(np.concatenate([every, both]) @ weights)

    at, step = np.concatenate([slopes, np.ravel(starts)]), 1e-5
    return np.array(
        [
            (log_probability(at + step * u) - log_probability(at - step * u))
            / (2 * step)
            for u in np.eye(len(at))
        ]
    )


def published_sums(*, withheld):
    """Return what is published of the three items, as sums over answer patterns."""
    none = np.zeros(9)
    rows = []
    for item in range(3):
        partly = PARTLY[:, item] if item < 2 else None
        for value in range(3) if item != withheld else ():
            own = none if partly is None else (partly == value).astype(float)
            rows.append(np.concatenate([COMPLETE[:, item] == value, own]))
    score = np.concatenate([COMPLETE.mean(axis=1), PARTLY.mean(axis=1)])
    rows += [np.ones(36), score, score**2]
    # Alpha is a function of these; a reader is given more than it tells.
    total = COMPLETE.sum(axis=1)
    squares = (COMPLETE**2).sum(axis=1)
    rows += [np.concatenate([one, none]) for one in (np.ones(27), total**2, squares)]
    return np.array(rows)


@pytest.mark.parametrize("withheld", [0, 1, 2])
def test_a_curve_beside_the_numbers_leaves_a_person_free(withheld, rng):
    curve = curve_functions(
        rng.uniform(0.8, 2.5, 3), np.sort(rng.normal(0, 1, (3, 2)), axis=1)[:, ::-1]
    )
    answers = np.concatenate([np.zeros(27), PARTLY.sum(axis=1)])[None]

    assert derivable_groups(published_sums(withheld=None), answers).all()
    known = np.vstack([published_sums(withheld=withheld), curve])
    assert not derivable_groups(known, answers).any()
