"""The report on units: where differences lie, order, and the spread of the divided."""

from __future__ import annotations

import pytest

from diagnose.plots.words import words_for
from diagnose.report.document import Fold, Paragraph, Picture, tables_in
from diagnose.report.frames import report_table
from diagnose.report.unit_section import divided_blocks, unit_blocks
from published import make_publication, skip_figures


@pytest.fixture(params=["en", "nl"])
def words(request):
    return words_for(make_publication(), request.param, "report")


def test_the_order_stands_beside_the_lowest_level_only(words, monkeypatch):
    skip_figures(monkeypatch)
    blocks = list(unit_blocks(words))

    names = [table.name for table in tables_in(blocks)]
    pictures = {
        block.name
        for fold in blocks
        if isinstance(fold, Fold)
        for block in fold.blocks
        if isinstance(block, Picture)
    }
    assert names.count("ranks-v") == 1
    assert {"ranks-v", "units-team-v", "units-division-v"} <= pictures
    assert "levels" in names


def test_the_report_says_what_narrows_with_the_response(words, monkeypatch):
    skip_figures(monkeypatch)
    said = " ".join(b.text for b in unit_blocks(words) if isinstance(b, Paragraph))

    phrase = {"en": "people who work there now", "nl": "mensen die er nu werken"}
    assert phrase[words.language] in said


def test_spread_and_better_than_chance_stand_with_divided_units(words, monkeypatch):
    skip_figures(monkeypatch)
    tables = {table.name: table for table in tables_in(list(divided_blocks(words)))}

    assert len(tables["divided-answers"].rows) == len(
        words.publication.units.answers.drop_duplicates(["path", "subscale"])
    )
    keys = [column.key for column in tables["divided"].columns]
    assert "ad_mean_better_than_moderate_skew" in keys


def test_shares_of_the_levels_add_up():
    table = report_table(make_publication(), "levels", language="en")

    shares = table.iloc[:, :3].map(lambda text: float(text.rstrip("%")))
    assert shares.sum(axis="columns").between(98, 102).all()


def test_the_sheet_of_units_has_order_and_people_there_now():
    table = report_table(make_publication(), "units", language="nl")

    assert "Mensen die er nu zijn" in table.columns
    assert "Kans: laagste vijfde" in table.columns
