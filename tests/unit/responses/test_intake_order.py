"""The order of answering: a place from 0 to 1, and no moment."""

from __future__ import annotations

import numpy as np
import pytest

from builders import instrument
from diagnose.responses import read_responses

SUBMITTED = {"submitted": "when"}


def read(tmp_path, moments, *, column="when", mapping=SUBMITTED, **options):
    path = tmp_path / "export.csv"
    rows = [f"v1,v2,{column}", *(f"4,5,{moment}" for moment in moments)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return read_responses(path, instrument(), mapping=mapping, **options)


def test_order_is_that_of_submission_and_not_of_the_file(tmp_path):
    moments = ["2026-02-03 09:00:00", "2026-02-01T08:30", "2026-02-02", "2026-12-01"]

    order = read(tmp_path, moments).people["order"]

    assert order.tolist() == pytest.approx([5 / 8, 1 / 8, 3 / 8, 7 / 8])


def test_people_of_one_moment_share_a_place(tmp_path):
    order = read(tmp_path, ["2026-02-01", "2026-02-01", "2026-02-02"]).people["order"]

    assert order.tolist() == pytest.approx([1 / 3, 1 / 3, 5 / 6])


def test_no_moment_survives_the_intake(tmp_path):
    result = read(tmp_path, ["2026-02-01 08:30", "2026-02-02 11:15"])

    assert "2026" not in result.people.to_string()
    assert "08:30" not in repr(result.report)


@pytest.mark.parametrize(
    "moments",
    [
        ["1980-01-01 00:00:00"] * 3,  # what LimeSurvey writes for an anonymous survey
        ["2026-02-01 08:30"] * 3,
        ["03/02/2026", "01/02/2026", "02/02/2026"],
        ["yes", "yes", "yes"],
    ],
)
def test_moments_that_tell_no_order_are_unknown(tmp_path, moments):
    assert read(tmp_path, moments).people["order"].isna().all()


def test_without_a_column_of_moments_there_is_no_order(tmp_path):
    result = read(tmp_path, ["x", "y"], column="other", mapping=None)

    assert result.people["order"].isna().all()


def test_rows_that_are_left_out_have_no_place(tmp_path):
    moments = ["2026-02-01", "", "2026-02-02"]

    dropped = read(tmp_path, moments).people["order"]
    kept = read(tmp_path, moments, partials="keep").people["order"]

    assert dropped.tolist() == pytest.approx([0.25, 0.75])
    assert kept.tolist() == pytest.approx([0.25, np.nan, 0.75], nan_ok=True)
