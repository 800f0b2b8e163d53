"""What must hold of families of tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.multiplicity import adjust_families, adjust_p_values

p_values = st.one_of(st.floats(0, 1), st.just(np.nan))
rows = st.lists(st.tuples(st.sampled_from("abc"), p_values), min_size=1, max_size=25)


@settings(max_examples=50, deadline=None)
@given(rows=rows, method=st.sampled_from(["holm", "benjamini-hochberg"]))
def test_a_family_is_adjusted_as_if_it_stood_alone(rows, method):
    table = pd.DataFrame(rows, columns=["unit", "p_value"])

    result = adjust_families(table, family=["unit"], method=method)

    for unit, part in result.groupby("unit"):
        alone = adjust_p_values(part["p_value"], method=method)
        assert part["p_adjusted"].to_numpy() == pytest.approx(
            alone.to_numpy(), nan_ok=True
        )
        assert set(part["family"]) == {f"unit={unit}"}
        assert set(part["family_size"]) == {part["p_value"].notna().sum()}
    assert (result["p_adjusted"].isna() == table["p_value"].isna()).all()
