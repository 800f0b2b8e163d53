"""Units beside themselves in the wave before, from answers and from cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from builders import instrument, responses
from diagnose.diagnosis import diagnose
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import CELLS, UNIT_CHANGES
from diagnose.diagnosis.unit_change import compare_with_before

ASKED = instrument({"v": "v1 v2 v3", "c": "c1 c2"})


def survey(rng, n=48):
    """Return two waves of two divisions of two teams, of which one got a new name."""
    frame = pd.DataFrame(
        {
            "wave": ["2025"] * n + ["2026"] * n,
            "team": [*"ABCD"] * (n // 2),
        }
    )
    frame.insert(1, "division", np.where(frame["team"] < "C", "Care", "Support"))
    level = rng.integers(1, 5, 2 * n)
    for item in ("v1", "v2", "v3", "c1", "c2"):
        frame[item] = (level + rng.integers(0, 2, 2 * n)).astype(str)
    later = frame["wave"] == "2026"
    frame.loc[later & (frame["team"] == "D"), "team"] = "D2"
    frame.loc[~later, "c2"] = ""  # asked in the last wave only
    return frame


@pytest.fixture(scope="module")
def diagnosis():
    return diagnose(responses(survey(np.random.default_rng(4)), ASKED))


def test_units_are_found_at_every_level_by_their_path(diagnosis):
    changes = diagnosis.units.changes

    assert list(changes["path"]) == [
        ("Care",),
        ("Support",),
        ("Care", "A"),
        ("Care", "B"),
        ("Support", "C"),
    ]
    assert list(changes["level"]) == ["division"] * 2 + ["team"] * 3


def test_a_renamed_unit_is_in_the_wave_before_and_not_compared(diagnosis):
    before = diagnosis.units.before

    assert ("Support", "D") in set(before["path"])
    assert ("Support", "D2") not in set(before["path"])


def test_subscales_that_were_asked_otherwise_are_not_compared(diagnosis):
    assert set(diagnosis.units.before["subscale"]) == {"v"}
    assert set(diagnosis.units.changes["subscale"]) == {"v"}


def test_the_change_is_this_wave_minus_the_one_before(diagnosis):
    changes, units = diagnosis.units.changes, diagnosis.units
    now = units.cells.loc[units.cells["subscale"] == "v"].set_index("path")["mean"]
    then = units.before.set_index("path")["mean"]
    expected = [now[path] - then[path] for path in changes["path"]]

    assert changes["change"].to_numpy() == pytest.approx(expected)
    assert (changes["conf_low"] < changes["change"]).all()


@pytest.mark.parametrize("drop", ["wave", "team"])
def test_one_wave_or_no_units_give_no_changes(rng, drop):
    frame = survey(rng)
    if drop == "wave":
        frame = frame.loc[frame["wave"] == "2026"].reset_index(drop=True)
    else:
        frame = frame.drop(columns=["team", "division"])
    units = diagnose(responses(frame, ASKED)).units

    assert units.before.empty
    assert list(units.changes) == list(UNIT_CHANGES)
    assert units.changes.empty


def cells(*rows):
    return build_frame(
        [
            {
                "level": "team",
                "path": path,
                "parent": path[:-1],
                "subscale": "v",
                "n_respondents": n,
                "mean": mean,
                "sd": sd,
                "status": status,
            }
            for path, n, mean, sd, status in rows
        ],
        CELLS,
    )


NOW = cells(
    (("A",), 9, 3.0, 0.5, "shown"),
    (("B",), 9, 3.0, 0.0, "shown"),
    (("C",), 9, 3.0, 0.5, "shown"),
    (("",), 9, 3.0, 0.5, "rest"),
)


def test_hidden_cells_and_rests_are_not_compared():
    before = cells(
        (("A",), 8, 2.0, 0.5, "shown"),
        (("C",), np.nan, np.nan, np.nan, "hidden"),
        (("",), 9, 3.0, 0.5, "rest"),
    )

    changes = compare_with_before(NOW, before, conf_level=0.95)

    assert list(changes["path"]) == [("A",)]
    assert changes["direction"].tolist() == ["higher"]


def test_a_cell_without_spread_has_a_change_and_no_verdict():
    before = cells((("B",), 8, 2.0, 0.5, "shown"), (("A",), 8, 2.9, 0.5, "shown"))

    changes = compare_with_before(NOW, before, conf_level=0.95).set_index("path")
    alike = changes.loc[[("B",)]].iloc[0]

    assert alike["change"] == 1.0
    assert np.isnan(alike["p_value"])
    assert alike["direction"] == "unclear"


def test_p_values_are_adjusted_over_all_units_and_subscales_of_a_level(diagnosis):
    changes = diagnosis.units.changes
    teams = changes.loc[changes["level"] == "team"]
    largest = teams["p_value"].max()

    assert teams.loc[teams["p_value"] == largest, "p_adjusted"].iloc[0] == largest
    assert (teams["p_adjusted"] >= teams["p_value"]).all()
