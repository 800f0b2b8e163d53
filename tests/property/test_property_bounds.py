"""Bounds hold the truth, narrow with knowledge, and meet where the rank tells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from diagnose.disclosure import derivable_groups
from diagnose.statistics.bounds import bound_groups

N_ATOMS = 5
rows = arrays(float, (3, N_ATOMS), elements=st.sampled_from([0.0, 1.0]))
truths = arrays(float, N_ATOMS, elements=st.integers(0, 9).map(float))


@settings(max_examples=40, deadline=None)
@given(incidence=rows, groups=rows, truth=truths, whole=st.booleans())
def test_bounds_hold_the_truth_and_meet_where_the_rank_tells_it(
    incidence, groups, truth, whole
):
    known = incidence @ truth
    found = bound_groups(
        *(incidence, known, groups),
        highest=9.0,
        numbers="whole" if whole else "real",
    )

    low, high = np.array(found.conf_low), np.array(found.conf_high)
    assert (low <= groups @ truth + 1e-4).all()
    assert (groups @ truth <= high + 1e-4).all()
    told = derivable_groups(incidence, groups)
    assert (high - low)[told] == pytest.approx(0, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(incidence=rows, groups=rows, truth=truths)
def test_more_knowledge_never_widens_what_is_possible(incidence, groups, truth):
    known = incidence @ truth
    less = bound_groups(incidence[:2], known[:2], groups, highest=9.0)
    more = bound_groups(incidence, known, groups, highest=9.0)
    whole = bound_groups(incidence, known, groups, highest=9.0, numbers="whole")

    for wide, narrow in ((less, more), (more, whole)):
        assert (np.array(narrow.conf_low) >= np.array(wide.conf_low) - 1e-3).all()
        assert (np.array(narrow.conf_high) <= np.array(wide.conf_high) + 1e-3).all()


@settings(max_examples=30, deadline=None)
@given(incidence=rows, groups=rows, truth=truths, seed=st.integers(0, 99))
def test_the_order_of_atoms_and_totals_does_not_matter(incidence, groups, truth, seed):
    rng = np.random.default_rng(seed)
    atoms, totals = rng.permutation(N_ATOMS), rng.permutation(len(incidence))
    known = incidence @ truth

    one = bound_groups(incidence, known, groups, highest=9.0)
    other = bound_groups(
        incidence[totals][:, atoms], known[totals], groups[:, atoms], highest=9.0
    )

    assert one.conf_low == pytest.approx(other.conf_low, abs=1e-3)
    assert one.conf_high == pytest.approx(other.conf_high, abs=1e-3)
