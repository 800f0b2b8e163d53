from itertools import product

import numpy as np
import pytest

from diagnose.statistics.bounds import bound_groups
from diagnose.statistics.bounds import groups as bounds_module


def ends(result):
    return list(zip(result.conf_low, result.conf_high, strict=True))


def test_scores_at_the_bottom_of_the_scale_are_known_though_no_rank_tells_them():
    # 3 and 6 people, together 9 points on a scale from 1 to 5
    found = bound_groups([[1, 1]], [9], np.eye(2), lowest=[3, 6], highest=[15, 30])

    assert found.conf_low == pytest.approx((3, 6), abs=1e-5)
    assert found.conf_high == pytest.approx((3, 6), abs=1e-5)
    assert found.tight == (True, True)
    assert found.method == "linear programming"


def test_head_counts_tell_how_many_answered_where_everybody_did():
    found = bound_groups([[1, 1]], [9], np.eye(2), highest=[3, 6], numbers="whole")

    assert ends(found) == [(3, 3), (6, 6)]
    assert found.method == "integer programming"


def test_whole_numbers_leave_less_possible():
    known = {"incidence": [[2, 2]], "published": [5], "groups": [[1, 1], [1, 0]]}
    real = bound_groups(**known, tolerance=1.5)
    whole = bound_groups(**known, tolerance=1.5, numbers="whole")

    assert ends(real)[0] == pytest.approx((1.75, 3.25))
    assert ends(whole) == [(2, 3), (0, 3)]
    with pytest.raises(ValueError, match="no values of the atoms agree"):
        bound_groups(**known, numbers="whole")


def test_what_is_a_combination_of_totals_is_known():
    rows = np.array([[1, 1, 1, 0], [0, 0, 1, 1], [1, 1, 1, 1]], dtype=float)
    values = np.array([3.0, 1.5, 2.0, 4.5])

    found = bound_groups(rows, rows @ values, [[1, 1, 0, 0], [0, 0, 1, 0]])

    assert found.conf_low == pytest.approx((4.5, 2.0), abs=1e-4)
    assert found.conf_high == pytest.approx((4.5, 2.0), abs=1e-4)


def test_nothing_limits_what_nobody_tells():
    found = bound_groups(np.zeros((0, 2)), [], [[1, 0], [1, -1], [0, 0]])

    assert ends(found) == [(0, np.inf), (-np.inf, np.inf), (0, 0)]


def test_as_a_frame_it_has_a_row_a_group_and_the_width():
    frame = bound_groups([[1, 1]], [9], np.eye(2), highest=[4, 8]).to_frame()

    assert list(frame) == [
        *("conf_low", "conf_high", "width", "tight", "method"),
        *("n_published", "n_atoms"),
    ]
    assert frame["width"].tolist() == pytest.approx([3.0, 3.0], abs=1e-5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"incidence": [[1, 1, 1]]}, "must have 1 rows"),
        ({"incidence": [[1, 1], [1, 0]]}, "must have 1 rows"),
        ({"incidence": [[1, np.nan]]}, "finite"),
        ({"published": [np.inf]}, "finite"),
        ({"groups": [[1, np.nan]]}, "`groups` must hold finite"),
        ({"lowest": 3, "highest": 2}, "must not lie above"),
        ({"lowest": [1, 2, 3]}, "one number, or 2 numbers; got 3"),
        ({"tolerance": [1, 2]}, "`tolerance` must be one number, or 1"),
        ({"numbers": "even"}, "`numbers` must be one of 'real', 'whole'"),
        ({"published": [-1]}, "no values of the atoms agree"),
    ],
)
def test_what_cannot_be_is_refused(changes, message):
    told = {"incidence": [[1, 1]], "published": [9], "groups": np.eye(2), **changes}
    data = [told.pop(name) for name in ("incidence", "published", "groups")]

    with pytest.raises(ValueError, match=message):
        bound_groups(*data, **told)


def test_a_search_that_is_stopped_gives_limits_that_are_safe(monkeypatch):
    import scipy.optimize

    solve = scipy.optimize.milp

    def stopped(weights, **options):
        found = solve(weights, **options)
        found.status, found.mip_dual_bound = 1, found.fun - 0.5
        return found

    monkeypatch.setattr(scipy.optimize, "milp", stopped)
    found = bound_groups([[1, 1]], [9], [[1, 0]], highest=[4, 8], numbers="whole")

    assert ends(found) == [(0.5, 4.5)]
    assert found.tight == (False,)
    assert bounds_module._SECONDS > 0


def enumerated(incidence, totals, group, highest):
    """Return the smallest and largest total among all whole numbers, one by one."""
    every = np.array(list(product(*(range(h + 1) for h in highest))))
    fits = (every @ incidence.T == totals).all(axis=1)
    values = every[fits] @ group
    return values.min(), values.max()


@pytest.mark.parametrize("seed", range(25))
def test_whole_numbers_agree_with_trying_them_all(seed):
    rng = np.random.default_rng(seed)
    n_atoms = int(rng.integers(2, 6))
    highest = rng.integers(1, 5, size=n_atoms)
    truth = np.array([rng.integers(0, h + 1) for h in highest])
    incidence = rng.integers(0, 2, size=(int(rng.integers(1, 4)), n_atoms))
    groups = rng.integers(0, 2, size=(3, n_atoms))

    found = bound_groups(
        incidence, incidence @ truth, groups, highest=highest, numbers="whole"
    )

    for group, told in zip(groups, ends(found), strict=True):
        expected = enumerated(incidence, incidence @ truth, group, highest)
        assert told == pytest.approx(expected, abs=1e-6)
