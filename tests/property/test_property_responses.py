"""What must hold for every export: order, spelling of answers, and what is left out."""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import AGREE5, instrument
from diagnose.errors import DiagnoseError, ResponseError
from diagnose.responses import read_responses
from diagnose.scoring import score

ASKED = instrument(
    {"v": "v1 v2 v3-", "c": "c1 c2"},
    context="a1",
    texts={
        "v1": ("We are heard", "Wij worden gehoord"),
        "c2": ("We can", "Wij kunnen"),
    },
)
ITEMS = [item.id for item in ASKED.closed_items]
CODES = st.sampled_from([*AGREE5, ""])
ROW = st.lists(CODES, min_size=len(ITEMS), max_size=len(ITEMS))
TABLES = st.lists(ROW, min_size=1, max_size=12).filter(
    lambda rows: any(cell for row in rows for cell in row)
)
MODEST = settings(max_examples=60, deadline=None)


def read(frame, **options):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        frame.to_csv(path, index=False, sep=options.pop("sep", ","))
        return read_responses(path, ASKED, **options)


def as_frame(rows):
    return pd.DataFrame(rows, columns=ITEMS, dtype=str)


def scores(responses):
    try:
        return score(responses).frame
    except DiagnoseError as error:
        return str(error)


@MODEST
@given(rows=TABLES, seed=st.integers(0, 1000))
def test_the_order_of_columns_and_rows_does_not_matter(rows, seed):
    frame = as_frame(rows)
    rng = np.random.default_rng(seed)
    columns = rng.permutation(ITEMS)
    order = rng.permutation(len(frame))
    codes = {"answers": "codes"}
    usual = read(frame, mapping=codes)
    shuffled = read(frame.iloc[order][list(columns)], mapping=codes)

    touched = frame.ne("").any(axis="columns").to_numpy()
    place = np.cumsum(touched) - 1
    expected = [place[row] for row in order if touched[row]]
    pd.testing.assert_frame_equal(
        scores(shuffled), scores(usual).iloc[expected].reset_index(drop=True)
    )


@MODEST
@given(rows=TABLES, language=st.sampled_from(["en", "nl"]), data=st.data())
def test_labels_and_codes_of_the_same_export_give_the_same_answers(
    rows, language, data
):
    spelling = st.sampled_from(
        [str, str.upper, lambda t: f" {t}\u00a0", "\ufeff{}".format]
    )
    position = 0 if language == "en" else 1
    codes = as_frame(rows)
    labels = codes.map(
        lambda code: data.draw(spelling)(AGREE5[code][position]) if code else ""
    )

    by_code, by_label = read(codes), read(labels)

    pd.testing.assert_frame_equal(by_code.answers, by_label.answers)
    pd.testing.assert_frame_equal(by_code.not_applicable, by_label.not_applicable)
    assert not by_label.report.blocks_scoring


@MODEST
@given(rows=TABLES, sep=st.sampled_from([",", ";", "\t"]))
def test_headings_by_code_block_or_text_give_the_same_answers(rows, sep):
    frame = as_frame(rows)
    other = frame.rename(
        columns={
            "v1": "Question; with, marks [Wij worden gehoord]",
            "v2": "v[v2]",
            "v3": "v_3",
            "c1": "c_c1",
            "c2": " we  CAN ",
        }
    )

    pd.testing.assert_frame_equal(read(frame).answers, read(other, sep=sep).answers)


SECRET = st.text(st.characters(categories=["L", "N"]), min_size=12, max_size=20).map(
    lambda text: f"secret{text}"
)


@MODEST
@given(
    rows=TABLES,
    secret=SECRET,
    heading=st.sampled_from(
        ["email", "name", "remark", "v1comment", "Team leader", "link", "id"]
    ),
)
def test_no_value_of_a_column_that_was_not_mapped_survives(rows, secret, heading):
    frame = as_frame(rows).assign(**{heading: secret}, other=secret)

    result = read(frame)

    assert heading in result.report.dropped
    assert secret.encode() not in pickle.dumps(result)
    assert secret not in repr(result) + str(result.report)
    assert secret not in result.people.to_csv() + result.answers.to_csv()


@MODEST
@given(rows=TABLES, cell=st.text(max_size=8))
def test_a_cell_is_understood_or_stops_the_scoring(rows, cell):
    """No text whatsoever becomes a value that the response scale does not have."""
    frame = as_frame(rows)
    frame.iloc[0, 0] = cell.replace("\r", "").replace("\x00", "")
    try:
        result = read(frame, mapping={"answers": "auto"})
    except ResponseError as error:
        assert error.problems
        return

    values = result.answers.to_numpy()
    assert np.isin(values[np.isfinite(values)], [1, 2, 3, 4, 5]).all()
    assert not (result.not_applicable.to_numpy() & np.isfinite(values)).any()


@MODEST
@given(content=st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_or_refused_with_a_problem(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(content)

        with pytest.raises(ResponseError) as caught:
            read_responses(path, ASKED)

    assert all(
        problem.code.startswith(("R0", "R1")) for problem in caught.value.problems
    )


@MODEST
@given(
    rows=TABLES,
    damage=st.sampled_from(['"', ",", "\n", "\r", ";", "\x1a", "\ufeff", "''"]),
    where=st.integers(0, 10_000),
)
def test_a_damaged_file_is_never_half_read(rows, damage, where):
    text = as_frame(rows).to_csv(index=False)
    place = where % len(text)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_text(text[:place] + damage + text[place:], encoding="utf-8")
        try:
            result = read_responses(path, ASKED)
        except ResponseError as error:
            assert error.problems
            return

    assert result.report.n_kept + sum(result.report.excluded.values()) == (
        result.report.n_rows
    )
    assert len(result.answers) == len(result.people) == result.report.n_kept
