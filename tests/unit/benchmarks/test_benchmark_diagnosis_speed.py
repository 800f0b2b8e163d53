"""The benchmark of speed: both sides do the same work, and every part is timed."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def speed(script):
    return script("diagnosis_speed")


def test_every_task_gives_a_figure(speed):
    rows = list(speed.time_ours(speed.draw_files(100)))

    assert len({row["task"] for row in rows}) == 7
    assert all(np.isfinite(row["ours_figure"]) for row in rows)
    assert all(row["ours_elapsed"] > 0 for row in rows)


def test_every_task_has_its_peer(speed):
    script = (speed.HERE / "diagnosis_peers.R").read_text(encoding="utf-8")

    for task, _, _ in speed.tasks(speed.draw_files(100)):
        assert f'record("{task}"' in script


def test_the_committed_figures_of_both_sides_agree(committed):
    table = committed("diagnosis_speed")
    beside = table.loc[table["peer"] != "pandas.read_csv"]

    assert len(beside) == 8
    # two programs that search a likelihood stop at slightly different places; lme's
    # and lmer's own stopping rules leave about 1e-4 of a variance
    assert (beside["relative_difference"].abs() < 1e-3).all()


def test_the_committed_table_times_every_part(committed):
    table = committed("diagnosis_speed")
    whole = table.loc[table["peer"] == "pandas.read_csv"].set_index("task")

    parts = whole.drop("diagnosis: together")
    together = whole.loc["diagnosis: together", "ours_processor"]
    # written with six digits
    assert parts["ours_processor"].sum() == pytest.approx(together, rel=1e-4)
    assert (whole["n_respondents"] > 100_000).all()
