"""What lies behind the trend: teams as clusters, lines, make-up, linked people."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

import builders
import diagnose as dg
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.change import Change, assess_change
from diagnose.diagnosis.change_findings import find_behind_change
from diagnose.diagnosis.linked import LEAVERS, LINKED
from diagnose.diagnosis.lowest_units import SELECTED, follow_lowest
from diagnose.diagnosis.makeup import MAKEUP, count_languages, split_changes
from diagnose.diagnosis.trend import WAVE_CELLS, compare_waves_from_cells
from diagnose.diagnosis.wave_groups import common_groups
from diagnose.diagnosis.wave_lines import BANDS, LINES, draw_lines
from diagnose.statistics.change import (
    compare_waves_from_team_summaries,
    regression_to_the_mean,
    wave_trend,
)
from diagnose.statistics.two_means import compare_two_from_summary

SUBSCALES = {"v": "v1 v2"}
ASKED = builders.instrument(SUBSCALES)


def teams_of(waves=("1", "2"), n_teams=12, change=0.3, size=8):
    """Return cells of teams, and of the waves that they make up."""
    rng = np.random.default_rng(7)
    levels = rng.normal(3, 0.4, n_teams)
    rows = [
        {
            "wave": wave,
            "path": (f"T{i:02d}",),
            "parent": (),
            "subscale": "v",
            "n_respondents": size + i % 3,
            "mean": levels[i] + change * place + rng.normal(0, 0.2),
            "sd": 0.7 + 0.01 * i,
            "status": "shown",
        }
        for (place, wave), i in product(enumerate(waves), range(n_teams))
    ]
    cells = build_frame(rows, WAVE_CELLS)
    return cells, summed(cells)


def summed(cells):
    rows = []
    for wave, own in cells.groupby("wave", sort=False):
        n, m = own["n_respondents"], own["mean"]
        mean = (n * m).sum() / n.sum()
        squares = ((n - 1) * own["sd"] ** 2).sum() + (n * (m - mean) ** 2).sum()
        rows.append(
            {"wave": wave, "subscale": "v", "n_respondents": n.sum(), "mean": mean}
            | {"sd": np.sqrt(squares / (n.sum() - 1)), "status": "shown"}
        )
    return pd.DataFrame(rows)


def as_summary(cells, wave):
    own = cells.loc[cells["wave"] == wave]
    return own.assign(team=own["path"].str[0], variance=own["sd"] ** 2)[
        ["team", "n_respondents", "mean", "variance"]
    ]


def test_teams_are_the_clusters_of_a_change():
    cells, waves = teams_of()
    found = compare_waves_from_cells(waves, cells, conf_level=0.95).iloc[-1]
    expected = compare_waves_from_team_summaries(
        as_summary(cells, "1"), as_summary(cells, "2")
    )

    assert (found["method"], found["n_teams"]) == ("cluster_cr2", 12)
    assert found["change"] == pytest.approx(expected.estimate, rel=1e-12)
    assert found["change_low"] == pytest.approx(expected.conf_low, rel=1e-12)
    assert found["p_value"] == pytest.approx(expected.p_value, rel=1e-10)


def test_cells_that_are_not_the_whole_wave_leave_welch():
    cells, waves = teams_of()
    one, two = waves.to_dict("records")
    expected = compare_two_from_summary(
        *(two[name] for name in ("mean", "sd", "n_respondents")),
        *(one[name] for name in ("mean", "sd", "n_respondents")),
    )
    for some in (cells.iloc[1:], cells.iloc[:0], None):
        found = compare_waves_from_cells(waves, some, conf_level=0.95).iloc[-1]
        assert found["method"] == "welch"
        assert np.isnan(found["n_teams"])
        assert found["p_value"] == pytest.approx(expected.p_value, rel=1e-10)


def test_a_single_team_in_a_wave_leaves_welch():
    cells, _ = teams_of(n_teams=1)
    found = compare_waves_from_cells(summed(cells), cells, conf_level=0.95)

    assert found["method"].tolist() == ["", "welch"]


def test_a_line_needs_three_waves_and_is_that_of_the_teams():
    cells, waves = teams_of(("a", "b", "c", "d"))
    trend = compare_waves_from_cells(waves, cells, conf_level=0.95)
    lines, bands = draw_lines(trend, cells, ASKED, conf_level=0.95)
    summaries = [as_summary(cells, w).assign(wave=w) for w in "abcd"]
    expected = wave_trend(pd.concat(summaries).drop(columns="variance"))

    row = lines.iloc[0]
    assert row["slope"] == pytest.approx(expected.estimate, rel=1e-12)
    assert row["conf_high"] == pytest.approx(expected.conf_high, rel=1e-12)
    assert (row["n_waves"], row["direction"]) == (4, "higher")
    assert bands["wave"].tolist() == [*"abcd"]
    assert bands["fitted_low"].tolist() == pytest.approx(
        expected.to_frame()["fitted_low"].tolist()
    )
    two, none = draw_lines(trend.loc[trend.wave < "c"], cells, ASKED, conf_level=0.95)
    assert two.empty
    assert none.empty


def test_a_hidden_wave_leaves_its_step_empty():
    _, waves = teams_of(("a", "b", "c", "d"))
    waves.loc[1, ["n_respondents", "mean", "sd", "status"]] = [*[np.nan] * 3, "hidden"]
    trend = compare_waves_from_cells(waves, None, conf_level=0.95)
    lines, _ = draw_lines(trend, None, ASKED, conf_level=0.95)
    shown = waves.loc[waves["status"] == "shown"].assign(variance=waves["sd"] ** 2)
    table = shown[["wave", "n_respondents", "mean", "variance"]]
    expected = wave_trend(table, times={"a": 0, "c": 2, "d": 3})

    assert lines["n_waves"].tolist() == [3]
    assert lines["method"].tolist() == ["welch"]
    assert lines["slope"].iloc[0] == pytest.approx(expected.estimate, rel=1e-12)


def smallest(*rows):
    frame = pd.DataFrame(rows, columns=["path", "n_respondents", "mean"])
    parents = [path[:-1] for path in frame["path"]]
    return frame.assign(variance=0.5, team=range(len(rows)), parent=parents)


def test_groups_of_two_waves_hold_the_same_units():
    first = smallest(
        (("N", "a"), 10, 3.0), (("N", "b"), 10, 3.0), (("N", ""), 6, 4.0),
        (("S",), 20, 2.0),
    )  # fmt: skip
    second = smallest(
        (("N", "a"), 12, 3.0), (("N", ""), 15, 3.5),
        (("S", "c"), 10, 2.0), (("S", "d"), 10, 3.0),
    )  # fmt: skip
    early, late = common_groups(first, second)

    assert early["team"].tolist() == [("N", "a"), ("N", ""), ("S",)]
    assert late["team"].tolist() == [("N", "a"), ("N", ""), ("S",)]
    assert early["n_respondents"].tolist() == [10, 16, 20]
    assert late["mean"].tolist() == pytest.approx([3.0, 3.5, 2.5])
    # 9 * 0.5 twice, and 10 people half a point from their mean on either side
    assert late["variance"].iloc[2] == pytest.approx((9 + 20 * 0.25) / 19)


def test_the_parts_of_a_change_add_up():
    cells, waves = teams_of(change=0.0)
    larger = cells["wave"].eq("2") & cells["mean"].gt(cells["mean"].median())
    cells.loc[larger, "n_respondents"] *= 4
    waves = summed(cells)
    trend = compare_waves_from_cells(waves, cells, conf_level=0.95)
    row = split_changes(trend, cells, conf_level=0.95).iloc[0]

    assert row["change"] == pytest.approx(trend["change"].iloc[-1], rel=1e-12)
    parts = row["within"] + row["composition"] + row["turnover"]
    assert parts == pytest.approx(row["change"], rel=1e-12)
    assert row["composition"] > 0.1
    assert row["total_variation"] > 0.2


def test_the_lowest_units_are_a_fifth_of_those_in_both_waves():
    cells, _ = teams_of(n_teams=12)
    row = follow_lowest(("1", "2"), cells, ("team",), conf_level=0.95).iloc[0]
    expected = regression_to_the_mean(
        as_summary(cells, "1"),
        k=2,
        second=as_summary(cells, "2"),
        baseline="other_teams",
    )

    assert (row["n_teams"], row["n_selected"], row["level"]) == (12, 2, "team")
    assert row["expected"] == pytest.approx(expected.expected_change, rel=1e-12)
    assert row["beyond"] == pytest.approx(expected.estimate, rel=1e-10)
    few = cells.loc[cells["path"].map(lambda path: path[0] < "T09")]
    assert follow_lowest(("1", "2"), few, ("team",), conf_level=0.95).empty


def linked_responses(n=60, n_stay=35, codes=True, languages=("en", "en")):
    """Return two waves of one team; who stays went up by one on each item."""
    rng = np.random.default_rng(2)
    answers = rng.integers(1, 6, size=(n, 2))
    later = rng.integers(1, 6, size=(n, 2))
    later[:n_stay] = np.minimum(answers[:n_stay] + 1, 5)
    link = [f"c{i}" for i in range(n)]
    new = [f"c{i}" if i < n_stay else f"n{i}" for i in range(n)]
    frames = [
        pd.DataFrame(given, columns=["v1", "v2"]).assign(
            wave=wave, role="floor", link=who if codes else "", language=language
        )
        for given, wave, who, language in (
            (answers, "1", link, languages[0]),
            (later, "2", new, languages[1]),
        )
    ]
    return builders.responses(pd.concat(frames, ignore_index=True), ASKED)


def assess(responses):
    diagnosis = dg.diagnose(responses)
    return diagnosis, diagnosis.change


def test_the_same_people_are_found_by_their_code():
    diagnosis, change = assess(linked_responses())
    row = change.linked.iloc[0]

    assert (row["n_linked"], row["n_others_before"], row["n_others"]) == (35, 25, 25)
    assert row["change"] == pytest.approx(row["mean"] - row["mean_before"], rel=1e-8)
    assert row["direction"] == "higher"
    assert row["n_worse"] == 0
    assert row["n_expected"] == pytest.approx(35 * 0.025)
    left = change.leavers.iloc[0]
    assert (left["n_stayed"], left["n_left"]) == (35, 25)
    trend = diagnosis.trend.iloc[0]
    together = 35 * left["mean_stayed"] + 25 * left["mean_left"]
    assert together == pytest.approx(60 * trend["mean"], rel=1e-12)
    assert row["n_mixed"] == 25


@pytest.mark.parametrize("options", [{"codes": False}, {"n_stay": 19}])
def test_without_enough_codes_nobody_is_followed(options):
    diagnosis, change = assess(linked_responses(**options))

    assert change.linked.empty
    assert change.leavers.empty
    assert "open.not_linked" in {finding.code for finding in diagnosis.findings}


def test_a_code_that_two_people_share_links_nobody():
    responses = linked_responses()
    first = responses.people.index[responses.people["wave"] == "1"]
    responses.people.loc[first[:2], "link"] = "c0"
    _, change = assess(responses)

    assert change.linked["n_linked"].tolist() == [33]


def test_languages_shift_and_are_no_scores():
    row = count_languages(linked_responses(languages=("en", "nl"))).iloc[0]

    assert (row["across"], row["subscale"], row["total_variation"]) == (
        "language",
        "",
        1,
    )
    assert np.isnan(row["change"])
    assert count_languages(linked_responses()).empty


def test_one_wave_has_nothing_behind_it():
    responses = linked_responses()
    only = responses.take(responses.people["wave"] == "1")
    change = assess_change(
        builders.responses(
            pd.concat([only.people, only.answers], axis="columns"), ASKED
        ),
        pd.DataFrame(),
        pd.DataFrame(),
        pd.DataFrame(),
        pd.DataFrame(),
        conf_level=0.95,
    )
    assert all(getattr(change, name).empty for name in ("lines", "linked", "makeup"))


LIMITS = {"conf_low": 0.1, "conf_high": 0.5, "p_value": 0.001, "p_adjusted": 0.004}
WORDS = {"wave": "3", "subscale": "v", "direction": "higher", **LIMITS}


def change_of(**rows):
    columns = {"lines": LINES, "bands": BANDS, "makeup": MAKEUP, "linked": LINKED}
    columns |= {"leavers": LEAVERS, "selected": SELECTED}
    return Change(
        **{name: build_frame([row], columns[name]) for name, row in rows.items()}
    )


def trend_row(**changes):
    row = {"wave": "3", "subscale": "v", "n_respondents": 90, "mean": 3.6, "sd": 0.8}
    return row | {"change": 0.3, "direction": "higher", "status": "shown"} | changes


LINE = {**WORDS, "n_waves": 3, "n_respondents": 270, "slope": 0.3, "item": ""}
SAME = {"n_linked": 40, "mean_before": 3.2, "mean": 3.5, "change": 0.3, **WORDS}
MOVED = {"n_better": 12, "n_worse": 5, "n_expected": 1, "smallest": 0.9}
LEFT = {**WORDS, "n_stayed": 40, "n_left": 30, "difference": 0.3}
LOW = {**WORDS, "level": "team", "n_teams": 20, "n_selected": 4, "before": 2.8}
LOW |= {"expected": 0.2, "observed": 0.5, "beyond": 0.28}
MIX = {"wave": "3", "across": "unit", "subscale": "v", "change": 0.3, "within": 0.21}
MIX |= {"within_low": 0.05, "within_high": 0.4, "total_variation": 0.12}


@pytest.mark.parametrize(
    ("rows", "code", "english", "dutch"),
    [
        ({"lines": LINE}, "change.line_higher", "+0.30 per wave", "+0,30 per meting"),
        (
            {"lines": LINE | {"bend_p_adjusted": 0.01}},
            "change.line_higher",
            "do not lie on one line",
            "liggen niet op één lijn",
        ),
        (
            {"lines": LINE | {"direction": "unclear"}},
            "open.line_unclear",
            "no steady rise or fall was shown over 3 waves",
            "Over 3 metingen is op",
        ),
        (
            {"linked": SAME | MOVED},
            "change.linked_higher",
            "Of them 12 went up and 5 went down",
            "Van hen gingen er 12 omhoog en 5 omlaag",
        ),
        (
            {"linked": SAME | {"direction": "unclear"}},
            "open.linked_unclear",
            "Some may have gone up and as many down",
            "Sommigen kunnen omhoog zijn gegaan",
        ),
        ({}, "open.not_linked", "cannot be told", "is niet te zeggen"),
        (
            {"leavers": LEFT},
            "open.leavers_differ",
            "and not again in “3” scored differently",
            "scoorde toen anders",
        ),
        (
            {"leavers": LEFT | {"direction": "unclear"}},
            "measurement.leavers_alike",
            "it is no proof",
            "een bewijs is dat niet",
        ),
        (
            {"selected": LOW},
            "change.lowest_units",
            "by chance alone +0.20 was to be expected",
            "door toeval alleen was +0,20 te verwachten",
        ),
        (
            {"selected": LOW | {"direction": "lower"}},
            "open.lowest_units",
            "(+0.50; +0.20 by chance alone)",
            "(+0,50; +0,20 door toeval alleen)",
        ),
        (
            {"makeup": MIX},
            "change.makeup",
            "+0.21 instead of +0.30",
            "+0,21 in plaats van +0,30",
        ),
        (
            {"makeup": MIX | {"within_low": -0.1}},
            "open.makeup_moves",
            "With the same mix no change is clear",
            "Bij gelijke verhouding is er geen duidelijke verandering",
        ),
        (
            {"makeup": MIX | {"across": "language", "subscale": ""}},
            "open.language_shift",
            "12% of the respondents would have to answer in another language",
            "12 % van de deelnemers zou in een andere taal",
        ),
    ],
)
def test_what_is_said_of_a_change(parts, rows, code, english, dutch):
    made = parts(waves=("1", "2", "3"), trend=[trend_row()], change=change_of(**rows))
    (found,) = [f for f in find_behind_change(made) if f.code == code]

    assert english in found.sentence("en")
    assert dutch in found.sentence("nl").replace("\N{NO-BREAK SPACE}", " ")


def test_nothing_is_said_where_the_measurement_does_not_support_it(parts):
    rows = {"lines": LINE, "linked": SAME | MOVED, "leavers": LEFT, "selected": LOW}
    made = parts(
        verdicts={"v": ("unsupported", "reason.low_alpha")},
        waves=("1", "2", "3"),
        trend=[trend_row()],
        change=change_of(**rows, makeup=MIX),
    )
    assert [*find_behind_change(made)] == []
