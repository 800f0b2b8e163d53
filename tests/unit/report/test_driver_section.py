"""The section about what goes with the outcomes, and its sheet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnose.diagnosis.drivers import Drivers
from diagnose.plots.words import words_for
from diagnose.report.document import Bullets, Fold, Heading, Paragraph, Picture
from diagnose.report.driver_section import driver_blocks
from diagnose.report.driver_tables import driver_tables, weights_table
from diagnose.report.sheets import make_sheets
from published import make_publication


@pytest.fixture(scope="module")
def publication():
    return make_publication()


def blocks(publication, language):
    return list(driver_blocks(words_for(publication, language, "report")))


@pytest.mark.parametrize(
    ("language", "outcome", "limit"),
    [
        ("en", "Shared will", "It shows no causes."),
        ("nl", "Gedeelde wil", "Het toont geen oorzaken."),
    ],
)
def test_the_section_has_a_figure_an_outcome_and_says_its_limits(
    publication, language, outcome, limit
):
    made = blocks(publication, language)

    assert [block.name for block in made if isinstance(block, Picture)] == [
        "drivers-c",
        "drivers-k",
        "drivers-i",
    ]
    assert outcome in [b.text for b in made if isinstance(b, Heading)]
    assert len([b for b in made if isinstance(b, Fold)]) == 4
    bullets = [item for b in made if isinstance(b, Bullets) for item in b.items]
    assert any(item.startswith(limit) for item in bullets)
    open_ones = {f.sentence(language) for f in publication.findings if f.kind == "open"}
    assert any(item in open_ones for item in bullets)


def test_without_outcomes_the_section_says_that_there_is_nothing(publication):
    made = blocks(replace(publication, drivers=Drivers()), "en")

    assert [type(block) for block in made] == [Paragraph]
    assert "No comparison" in made[0].text


def test_hidden_drivers_have_sentences_and_no_figure(publication):
    words = words_for(publication, "en", "report")
    gone = {
        name: frame.assign(
            status="hidden",
            **dict.fromkeys(frame.select_dtypes("number"), float("nan")),
            **{"holds" if name == "weights" else "note": ""},
        )
        for name, frame in (
            ("weights", publication.drivers.weights),
            ("models", publication.drivers.models),
        )
    }
    hidden = replace(publication, drivers=Drivers(**gone))

    made = blocks(hidden, "en")

    assert not [block for block in made if isinstance(block, Picture)]
    table = weights_table(replace(words, publication=hidden), "c")
    assert table.rows[0][2].tone == "hidden"


def test_the_tables_hold_every_condition_in_words(publication):
    words = words_for(publication, "nl", "report")

    made = driver_tables(words)

    assert list(made) == ["driver-models", "drivers-c", "drivers-k", "drivers-i"]
    table = made["drivers-c"]
    assert table.rows[0][0].value == "Stem en signaal"
    headings = [column.heading for column in table.columns]
    assert {"Aandeel", "Ruimte", "Meer dan toeval", "Rang van"} <= set(headings)
    place = headings.index("Meer dan toeval")
    assert {row[place].value for row in table.rows} == {"kan toeval zijn"}


def test_the_workbook_has_a_sheet_of_them(publication):
    sheets = dict(make_sheets(words_for(publication, "en", "report")))

    names = [part.name for part in sheets["drivers"]]
    assert names == ["driver-models", "drivers-c", "drivers-k", "drivers-i"]
