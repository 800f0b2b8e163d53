"""The table behind the gap lesson, against simulated surveys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from diagnose.handbook.live import element_data, element_names, gap
from diagnose.statistics.comparison import compare_two_from_summary


def test_every_element_speaks_both_languages_and_has_a_script():
    scripts = Path(__file__).resolve().parents[3] / "book" / "_static" / "live"
    for name in element_names():
        assert (scripts / f"{name}.js").is_file(), name
    english, dutch = (element_data("gap", speak) for speak in ("en", "nl"))

    assert english["words"]["title"] != dutch["words"]["title"]
    assert english["words"].keys() == dutch["words"].keys()


def test_an_unknown_element_is_refused():
    with pytest.raises(KeyError, match="crystal-ball"):
        element_data("crystal-ball", "en")


@pytest.mark.parametrize(("leaders", "floor"), [(0, 0), (2, 2), (6, 4)])
def test_the_width_is_that_of_two_groups_with_this_spread(leaders, floor):
    table = element_data("gap", "en")["table"][leaders][floor]
    sizes = gap.FLOOR[floor], gap.LEADERS[leaders]
    exact = compare_two_from_summary(0.4, gap.SD, sizes[0], 0.0, gap.SD, sizes[1])

    half = (exact.conf_high - exact.conf_low) / 2
    assert table["half"] == pytest.approx(half, abs=1e-6)  # stored with six decimals


@pytest.mark.parametrize(("leaders", "floor"), [(0, 0), (2, 2), (5, 3)])
def test_power_of_the_gap_is_what_simulated_surveys_find(leaders, floor):
    table = element_data("gap", "en")["table"][leaders][floor]
    rng = np.random.default_rng(8)
    found = []
    for _ in range(1500):
        sides = []
        for n, mean in ((gap.FLOOR[floor], 0.4), (gap.LEADERS[leaders], 0.0)):
            spread = gap.SD * np.sqrt(rng.chisquare(n - 1) / (n - 1))
            sides += [rng.normal(mean, gap.SD / np.sqrt(n)), spread, n]
        result = compare_two_from_summary(*sides)
        found.append(result.conf_low > 0 or result.conf_high < 0)

    # noise of 1,500 surveys is .013; with four leaders the df of a survey vary too
    column = gap.DIFFERENCES.index(0.4)
    assert table["power"][column] == pytest.approx(np.mean(found), abs=0.045)
