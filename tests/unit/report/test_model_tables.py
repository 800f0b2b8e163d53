"""The measurement section: sentences, figures and tables of models and comparisons."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from diagnose.language import load_catalogue
from diagnose.plots.words import words_for
from diagnose.report import list_report_tables, render_html, render_xlsx, report_table
from diagnose.report.document import Bullets, Heading, Picture, tables_in
from diagnose.report.measurement_section import TOPICS, measurement_blocks
from diagnose.report.model_tables import model_tables
from published import make_large_publication, make_publication, skip_figures

NAMES = ("factor-models", "loadings", "pairs", "precision", "comparisons")


@pytest.fixture(scope="module")
def publication():
    return make_large_publication()


@pytest.fixture
def no_figures(monkeypatch):
    skip_figures(monkeypatch)


def values(publication, name, column):
    table = model_tables(words_for(publication, "en", "report"))[name]
    place = [c.key for c in table.columns].index(column)
    return [row[place].value for row in table.rows]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_topic_has_a_heading_and_its_tables(publication, language, no_figures):
    words = words_for(publication, language, "report")
    blocks = list(measurement_blocks(words))
    headings = [block.text for block in blocks if isinstance(block, Heading)]

    assert headings == [words.text(f"measurement.{topic}") for topic in TOPICS]
    assert set(NAMES) <= {table.name for table in tables_in(blocks)}


def test_the_sentences_stand_beside_their_tables(publication, no_figures):
    blocks = list(measurement_blocks(words_for(publication, "en", "report")))
    told = [
        item for block in blocks if isinstance(block, Bullets) for item in block.items
    ]

    assert any(
        sentence.startswith("Read together, as one subject") for sentence in told
    )
    assert any("may be compared between languages" in sentence for sentence in told)


def test_every_finding_about_models_belongs_to_a_topic():
    catalogue = load_catalogue("findings")
    codes = [code for topic in TOPICS.values() for code in topic]

    assert len(codes) == len(set(codes))
    for code in codes:
        assert catalogue.has(f"measurement.{code}") != catalogue.has(f"open.{code}")


def test_the_figures_stand_in_the_section(publication):
    blocks = list(measurement_blocks(words_for(publication, "nl", "report")))
    names = [block.name for block in blocks if isinstance(block, Picture)]

    assert names == [
        "measurement-structure",
        "measurement-pairs",
        "measurement-precision",
        "measurement-comparisons",
    ]


def test_tables_hold_the_numbers_of_the_publication(publication):
    measurement = publication.measurement

    for name, column, frame in (
        ("factor-models", "cfi", measurement.models),
        ("loadings", "estimate", measurement.loadings),
        ("comparisons", "delta_rmsea", measurement.comparisons),
    ):
        found = np.array(
            [np.nan if v == "–" else v for v in values(publication, name, column)],
            dtype=float,
        )
        np.testing.assert_array_equal(found, frame[column])


def test_pairs_stand_from_most_to_least_alike(publication):
    correlations = values(publication, "pairs", "estimate")

    assert correlations == sorted(correlations, reverse=True)
    assert report_table(publication, "pairs")["Rule"].iloc[0] == "read together"


def test_precision_lies_on_the_curve(publication):
    curve = publication.measurement.information.query("subscale == 'v'")
    scores = values(publication, "precision", "score")[:5]
    found = values(publication, "precision", "reliability")[:5]

    assert scores == [1.5, 2.0, 3.0, 4.0, 4.5]
    expected = np.interp(3.0, curve["score"], curve["reliability"])
    assert found[2] == pytest.approx(expected)
    assert found[0] == "–"  # beyond the scores that anybody is expected to have


def test_models_are_named_in_words(publication):
    models = report_table(publication, "factor-models", language="nl").index

    assert set(models) == {
        "bedoelde subschalen",
        "andere indeling: clusters",
        "één factor",
        "bifactor",
    }


def test_hidden_rows_say_so(publication):
    loadings = publication.measurement.loadings.copy()
    own = loadings["subscale"] == "v"
    numbers = ["estimate", "std_error", "conf_low", "conf_high", "n_respondents"]
    loadings.loc[own, numbers] = np.nan
    loadings.loc[own, "status"] = "hidden"
    measurement = replace(publication.measurement, loadings=loadings)
    table = report_table(replace(publication, measurement=measurement), "loadings")

    assert set(table.loc[table["Subscale"] == "Voice and signal", "Loading"]) == {
        "hidden"
    }


def test_too_few_people_are_told_without_tables_of_numbers(no_figures):
    small = make_publication()
    page = render_html(small, "en")

    assert "such a model asks for 200" in page
    assert "loadings" not in list_report_tables(small)
    with pytest.raises(ValueError, match="`name` must be one of"):
        report_table(small, "nothing")
    assert report_table(small, "loadings").shape == (1, 1)


def test_the_workbook_holds_the_tables(publication):
    book = CalamineWorkbook.from_filelike(BytesIO(render_xlsx(publication, "en")))
    rows = book.get_sheet_by_name("Measurement").to_python()
    captions = {str(row[0]) for row in rows}

    assert {table.caption for table in _tables(publication)} <= captions


def _tables(publication):
    return model_tables(words_for(publication, "en", "report")).values()
