"""Planning against R's power.t.test and other programs."""

from __future__ import annotations

import pytest

from diagnose.statistics.planning import (
    power_two_groups,
    respondents_needed,
    smallest_detectable_difference,
)


def test_power_as_in_r_with_both_tails():
    # R 4.2.2: power.t.test(n = 20, delta = .5, strict = TRUE), ten decimals
    assert power_two_groups(0.5, 1, 20) == pytest.approx(0.3379390289, abs=6e-11)


def test_group_size_as_in_r():
    # R 4.2.2: power.t.test(delta = .5, power = .80) prints n = 63.76561
    plan = respondents_needed(0.5, 1)

    assert plan.exact == pytest.approx(63.76561, abs=6e-6)
    assert plan.n_respondents == 64


@pytest.mark.parametrize("shift", [0.0, 0.4, 1.5, 4.0])
@pytest.mark.parametrize("n_per_group", [2, 5, 40, 900])
def test_power_as_the_non_central_t_of_scipy(n_per_group, shift):
    from scipy.stats import nct, t

    df = 2 * (n_per_group - 1)
    critical = t.ppf(0.975, df)
    expected = nct.sf(critical, df, shift) + nct.cdf(-critical, df, shift)

    difference = shift / (n_per_group / 2) ** 0.5
    assert power_two_groups(difference, 1, n_per_group) == pytest.approx(
        expected, rel=1e-10
    )


def test_detectable_difference_has_about_its_power():
    # the normal approximation is good to the third digit at 100 a group
    found = smallest_detectable_difference(1, 100, 100)

    assert power_two_groups(found.estimate, 1, 100) == pytest.approx(0.80, abs=5e-3)
