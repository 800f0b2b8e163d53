"""The privacy check on real exports: kinds are told, no cell is."""

from __future__ import annotations

import json

import pytest

from diagnose.responses.files.table import read_table
from diagnose.responses.privacy import privacy_check

EXPORTS = {
    "limesurvey_rse_uk/public_data_2017_uk.csv": "limesurvey",
    "qualtrics_sample/sample.csv": "qualtrics",
    "qualtrics_sample/metadata_with_previews.csv": "qualtrics",
    "surveymonkey/steak-risk-survey.csv": "surveymonkey",
}


@pytest.mark.parametrize(("name", "platform"), EXPORTS.items())
def test_no_long_cell_of_a_real_export_is_told(reference_data, name, platform):
    path = reference_data / name
    table = read_table(path)
    report = privacy_check(path)
    headings = " ".join(cell for row in table.head for cell in row)
    cells = table.take(range(len(table.head[0])), n_header_rows=3)
    texts = {
        text
        for column in cells
        for text in map(str, cells[column].cat.categories)
        if len(text.strip()) >= 12 and text.strip() not in headings
    }

    told = repr(report) + json.dumps(report.to_dict(), ensure_ascii=False)
    told += report.in_words("en") + report.in_words("nl")

    assert report.platform == platform
    assert texts
    assert [text for text in texts if text.strip() in told] == []


def test_the_personal_columns_of_a_qualtrics_export_are_left_out(reference_data):
    report = privacy_check(reference_data / "qualtrics_sample" / "sample.csv")
    found = {one.kind: one.fate for one in report.columns}

    for kind in ("ip", "email", "name", "location", "token"):
        assert found[kind] == "left_out"
