"""Items that run against their key stop the scoring, with both readings beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from builders import instrument
from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.responses.quality import item_rest
from diagnose.scoring import score
from exports import drawn_answers

ASKED = instrument({"v": "v1 v2 v3- v4", "o": "o1 o2- o3 o4", "c": "c1 c2 c3"})


def turned(codes, *items):
    other = {str(i): str(6 - i) for i in range(1, 6)}
    return codes.assign(**{item: codes[item].replace(other) for item in items})


def read(tmp_path, codes, **mapping):
    path = tmp_path / "export.csv"
    codes.to_csv(path, index=False)
    return read_responses(path, ASKED, mapping={"answers": "codes", **mapping})


@pytest.fixture
def codes():
    return drawn_answers(ASKED, 120)


def test_items_that_follow_their_key_pass(tmp_path, codes):
    assert read(tmp_path, codes).report.direction == ()


def test_one_item_against_its_key_shows_both_readings(tmp_path, codes):
    result = read(tmp_path, turned(codes, "v3"))

    (found,) = result.report.direction
    assert found.code == "R050"
    assert found.place == "export.csv: v3"
    values = dict(found.values)
    assert values["r_keyed"] < -0.3
    assert values["r_turned"] == pytest.approx(-values["r_keyed"], abs=1e-12)
    assert "reversed_by_platform: [v3]" in found.remedy
    with pytest.raises(ResponseError, match=r"\[R050\].*v3"):
        score(result)


def test_all_reverse_keyed_items_are_told_together(tmp_path, codes):
    result = read(tmp_path, turned(codes, "v3", "o2"))

    assert [p.code for p in result.report.direction] == ["R051", "R051"]
    assert all(
        "reversed_by_platform: [v3, o2]" in p.remedy for p in result.report.direction
    )


def test_the_suggested_line_repairs_the_file(tmp_path, codes):
    result = read(
        tmp_path, turned(codes, "v3", "o2"), reversed_by_platform=["v3", "o2"]
    )

    assert not result.report.blocks_scoring
    assert "R069" in [n.code for n in result.report.notes]
    pd.testing.assert_frame_equal(result.answers, read(tmp_path, codes).answers)


def test_undoing_a_reversal_that_never_was_is_found(tmp_path, codes):
    result = read(tmp_path, codes, reversed_by_platform=["v3", "o2"])

    assert {p.code for p in result.report.direction} == {"R052"}
    assert "reversed_by_platform: []" in result.report.direction[0].remedy


def test_a_forward_item_that_runs_the_other_way_is_found(tmp_path, codes):
    (found,) = read(tmp_path, turned(codes, "c2")).report.direction

    assert (found.code, found.place) == ("R053", "export.csv: c2")


def test_half_of_the_items_reversed_blames_the_reverse_keyed_ones(tmp_path):
    asked = instrument({"v": "v1 v2- v3- v4"})
    codes = turned(drawn_answers(asked, 200), "v2", "v3")
    path = tmp_path / "export.csv"
    codes.to_csv(path, index=False)

    found = read_responses(path, asked).report.direction

    assert [p.place for p in found] == ["export.csv: v2", "export.csv: v3"]
    assert all(dict(p.values)["r_turned"] > 0 for p in found)


def test_too_few_respondents_give_no_verdict_and_a_note(tmp_path, codes):
    result = read(tmp_path, turned(codes, "v3").head(25))

    assert result.report.direction == ()
    (note,) = [n for n in result.report.notes if n.code == "R066"]
    assert "v, o, c" in note.message


def test_rows_that_were_left_out_do_not_count(tmp_path, codes):
    frame = turned(codes, "v3").assign(submitdate="", startlanguage="en")
    frame.loc[:9, "submitdate"] = "2026-01-01"

    assert read(tmp_path, frame).report.direction == ()


def test_item_rest_agrees_with_numpy_and_fisher():
    items = np.random.default_rng(5).normal(size=(50, 3))
    items[:, 1] += items[:, 0]

    result = item_rest(np.cov(items, rowvar=False), 50)[0]

    r = np.corrcoef(items[:, 0], items[:, 1] + items[:, 2])[0, 1]
    half = 1.959963984540054 / np.sqrt(47)
    assert result.estimate == pytest.approx(r, rel=1e-12)
    assert result.conf_low == pytest.approx(np.tanh(np.arctanh(r) - half), rel=1e-9)
    assert result.conf_high == pytest.approx(np.tanh(np.arctanh(r) + half), rel=1e-9)
    assert result.n_respondents == 50


def test_an_item_without_variance_has_no_correlation():
    items = np.column_stack([np.full(40, 3.0), np.arange(40), np.arange(40)])

    assert np.isnan(item_rest(np.cov(items, rowvar=False), 40)[0].estimate)


def keyed_by_hand(result, subscale):
    """Return complete keyed answers of one subscale, as numpy alone would make them."""
    items = ASKED.subscale(subscale).items
    frame = result.answers[[item.id for item in items]].dropna()
    for item in items:
        if item.keyed == "reverse":
            frame[item.id] = 6 - frame[item.id]
    return frame


@pytest.mark.parametrize("wrong", [(), ("v3",), ("v3", "o2"), ("c2",)])
def test_the_evidence_of_every_item_is_that_of_numpy(tmp_path, codes, wrong):
    result = read(tmp_path, turned(codes, *wrong))
    evidence = {one.item: one for one in result.report.item_rest}

    assert list(evidence) == [item.id for item in ASKED.items]
    for subscale in ASKED.subscales:
        frame = keyed_by_hand(result, subscale.id)
        against = [i.id for i in subscale.items if i.id in wrong]
        for item in frame.columns:
            one = evidence[item]
            rest = frame.drop(columns=item).sum(axis="columns")
            expected = np.corrcoef(frame[item], rest)[0, 1]
            assert one.estimate == pytest.approx(expected, abs=1e-12)
            assert one.n_respondents == len(frame)
            other = frame.assign(**{i: 6 - frame[i] for i in against or [item]})
            rest = other.drop(columns=item).sum(axis="columns")
            expected = np.corrcoef(other[item], rest)[0, 1]
            assert one.turned == pytest.approx(expected, abs=1e-12)
            assert one.suspect == (item in wrong)
            assert one.keyed == ("reverse" if item in ("v3", "o2") else "forward")


def test_the_problem_tells_what_the_evidence_holds(tmp_path, codes):
    report = read(tmp_path, turned(codes, "v3")).report
    (found,) = report.direction
    (one,) = [one for one in report.item_rest if one.suspect]

    values = dict(found.values)
    assert (values["r_keyed"], values["r_turned"]) == (one.estimate, one.turned)
    assert values["n"] == one.n_respondents
