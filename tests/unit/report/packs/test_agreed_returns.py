"""Agreements on their way back: publication, report, sheets and the unit's own pack."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from io import BytesIO

import pandas as pd
import pytest
from python_calamine import load_workbook

import published
from action_sheets import FINANCE, LEVELS, WAVES, save_sheet, views
from diagnose.assessment.agreed import read_agreed
from diagnose.disclosure import Thresholds, publish
from diagnose.disclosure.agreed import AGREED, Agreed, keep_agreed
from diagnose.disclosure.files import audit_files
from diagnose.language import load_catalogue
from diagnose.plots.words import words_for
from diagnose.report.agreed_section import (
    agreed_blocks,
    agreed_rows,
    agreed_table,
    counts_table,
    unit_agreed_table,
    whole_sentences,
)
from diagnose.report.document import Table, tables_in, written
from diagnose.report.html import render_html
from diagnose.report.packs.deck import unit_deck
from diagnose.report.packs.document import unit_document
from diagnose.report.packs.sheets import unit_workbook
from diagnose.report.xlsx import render_xlsx

HIDDEN = ("Care", published.TOO_SMALL)
ACTION = "Rooster 6 weken vooruit, 95% zeker & <b>=1+1</b>"


def entry(path=FINANCE, **changes):
    row = {
        "path": path,
        "level": LEVELS[len(path) - 1],
        "wave": WAVES[0],
        "subscale": "s",
        "action": ACTION,
        "status": "done",
        "when": "2025-09-01",
    }
    return {**row, **changes}


def agreed(*rows):
    frame = pd.DataFrame(list(rows), columns=list(AGREED)).astype(object)
    return Agreed(entries=frame, n_sheets=1)


def with_agreed(*rows):
    publication = published.make_publication()
    kept, _ = keep_agreed(agreed(*rows), publication.participation)
    return replace(publication, agreed=kept)


def told(publication, language="en"):
    return words_for(publication, language, "report")


def cells(content, sheet):
    """Return every value on a sheet."""
    book = load_workbook(BytesIO(content))
    return [value for row in book.get_sheet_by_name(sheet).to_python() for value in row]


@pytest.fixture(scope="module")
def returned(tmp_path_factory):
    """Return what came of two sheets, each filled in by a person in one language."""
    folder = tmp_path_factory.mktemp("returned")
    catalogue = load_catalogue("packs")
    instrument = published.make_publication().instrument
    for language, path in (("nl", FINANCE), ("en", ("Care",))):
        line = {
            "subject": instrument.subscale("s").title[language],
            "action": ACTION,
            "who": "Robin Example",
            "when": dt.date(2025, 9, 1),
            "status": catalogue.text("actions.done", language),
        }
        name = f"{language}.xlsx"
        save_sheet(folder, [line], name=name, path=path, language=language)
    back = read_agreed(folder, instrument, waves=WAVES, levels=LEVELS)
    return publish(
        published.make_diagnosis(),
        thresholds=Thresholds(),
        title={"en": "Example hospital", "nl": "Voorbeeldziekenhuis"},
        agreed=back,
    )


def test_sheets_of_both_languages_say_the_same(returned):
    rows = returned.agreed.drop(columns=["path", "level"]).to_dict("records")

    assert list(returned.agreed["path"]) == [("Care",), FINANCE]
    assert rows[0] == rows[1]
    assert rows[0] == {
        "wave": WAVES[0],
        "subscale": "s",
        "action": ACTION,
        "status": "done",
        "when": "2025-09-01",
    }


@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_a_person_filled_in_comes_back_in_the_workbook(returned, language):
    name = load_catalogue("report").text("sheet.agreed", language)
    found = cells(render_xlsx(returned, language), name)
    changes = returned.units.changes
    own = changes.loc[(changes["path"] == FINANCE) & (changes["subscale"] == "s")]

    assert found.count(ACTION) == 2
    assert not any("Robin" in str(cell) for cell in found)
    assert own["change"].iloc[0] in found


def test_what_a_person_filled_in_comes_back_in_the_report(returned, monkeypatch):
    published.skip_figures(monkeypatch)
    page = render_html(returned, "nl")

    assert "95% zeker &amp; &lt;b&gt;=1+1&lt;/b&gt;" in page
    assert page.index('id="agreed"') < page.index('id="trend"')
    assert "Wat is afgesproken" in page
    assert "Robin" not in page


def test_without_sheets_there_is_no_section():
    publication = published.make_publication()

    assert list(agreed_blocks(told(publication))) == []
    assert list(publication.agreed.columns) == list(AGREED)


def test_the_change_of_the_unit_stands_beside_its_agreement():
    publication = with_agreed(entry())
    row = agreed_rows(told(publication))[0]
    changes = publication.units.changes
    own = changes.loc[(changes["path"] == FINANCE) & (changes["subscale"] == "s")]

    assert row["change"] == own["change"].iloc[0]
    assert (row["conf_low"], row["conf_high"]) == tuple(
        own[["conf_low", "conf_high"]].iloc[0]
    )


def test_a_hidden_unit_is_told_the_direction_of_the_organisation_without_numbers():
    publication = with_agreed(entry(HIDDEN))
    row = agreed_rows(told(publication))[0]
    table = agreed_table(told(publication))

    assert row["outcome"] == "whole_higher"  # this subject was made to rise
    line = table.rows[0]
    numbers = [c.value for c in line if isinstance(c.value, float)]
    assert numbers == []
    assert "Care › Night shift" in [c.value for c in line]


def test_the_organisation_is_told_with_its_interval():
    publication = with_agreed(entry(HIDDEN))
    words = told(publication)
    trend = publication.trend
    last = trend.loc[(trend["wave"] == WAVES[1]) & (trend["subscale"] == "s")].iloc[0]
    (sentence,) = whole_sentences(words, agreed_rows(words))

    for name in ("change", "change_low", "change_high"):
        assert words.signed(last[name]) in sentence
    assert "clearly higher" in sentence


@pytest.mark.parametrize(
    ("wave", "waves", "outcome"),
    [
        (WAVES[1], WAVES, "later"),
        ("2024-1", ("2024-1", *WAVES), "earlier"),
    ],
)
def test_a_wave_that_says_nothing_about_an_agreement_says_so(wave, waves, outcome):
    publication = replace(with_agreed(entry(wave=wave)), waves=waves)
    row = agreed_rows(told(publication))[0]

    assert row["outcome"] == outcome
    assert "change" not in row


def test_without_a_trend_nothing_can_be_told():
    first = published.without_waves(with_agreed(entry()))

    assert agreed_rows(told(first))[0]["outcome"] == "untold"
    assert counts_table(told(first)).rows[0][-1].value == "cannot be told"


def test_agreements_are_counted_by_subject_and_state():
    publication = with_agreed(
        entry(),
        entry(status="busy"),
        entry(("Care",), status=""),
        entry(("Care",), subscale="v", status="stopped"),
    )
    table = counts_table(told(publication))
    heads = [column.heading for column in table.columns]
    lines = {
        row[0].value: dict(zip(heads, (c.value for c in row), strict=True))
        for row in table.rows
    }

    assert [lines["Space"][h] for h in ("under way", "done", "not told", "All")] == [
        1,
        1,
        1,
        3,
    ]
    assert lines["Voice and signal"]["stopped"] == 1
    assert list(lines) == ["Voice and signal", "Space"]


def test_the_proof_is_warned_against():
    words = told(with_agreed(entry()))
    texts = [block.text for block in agreed_blocks(words) if hasattr(block, "text")]

    assert any("no proof" in text for text in texts)


def test_many_agreements_are_folded():
    few = list(agreed_blocks(told(with_agreed(entry()))))
    many = list(agreed_blocks(told(with_agreed(*[entry()] * 13))))

    assert sum(isinstance(block, Table) for block in few) == 2
    assert sum(isinstance(block, Table) for block in many) == 1
    assert len(list(tables_in(many))) == 2


def test_an_agreement_of_a_unit_that_is_gone_is_left_out_and_logged():
    units = published.make_publication().participation
    rows = agreed(entry(), entry(("Care", "Old ward")), entry(("Gone",), wave="x"))
    kept, log = keep_agreed(rows, units)

    assert list(kept["path"]) == [FINANCE]
    assert [(one.table, one.rule, one.level, one.path) for one in log] == [
        ("agreed", "unit-gone", "team", ()),
        ("agreed", "unit-gone", "division", ()),
    ]
    assert load_catalogue("disclosure").has("rule.unit-gone")
    assert load_catalogue("disclosure").has("explanation.unit-gone")
    assert load_catalogue("disclosure").has("table.agreed")


def test_a_name_that_may_not_be_given_is_not_given_by_an_agreement():
    units = published.make_publication().participation
    frame = units.units.copy()
    frame["path"] = [
        ("Care", "— 1") if path == HIDDEN else path for path in frame["path"]
    ]
    nameless = replace(units, units=frame)

    for path in (HIDDEN, ("Care", "— 1"), ("Care", "")):
        assert keep_agreed(agreed(entry(path)), nameless)[0].empty


def test_agreements_stand_in_the_order_of_the_units():
    rows = agreed(entry(FINANCE), entry(("Care",)), entry(HIDDEN), entry(("Care",)))
    kept, _ = keep_agreed(rows, published.make_publication().participation)

    assert list(kept["path"]) == [("Care",), ("Care",), HIDDEN, FINANCE]


def test_labels_that_a_workbook_changes_are_still_the_unit():
    units = published.make_publication().participation
    kept, _ = keep_agreed(agreed(entry(("Support ", " Finance\n"))), units)

    assert list(kept["path"]) == [FINANCE]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_unit_sees_its_own_agreements_and_no_others(language):
    publication = with_agreed(entry(), entry(("Care",), action="of another unit"))
    view = views(publication, language)[FINANCE]
    document, deck = unit_document(view), unit_deck(view)
    section = next(one for one in document.sections if one.name == "agreed")
    slide = next(one for one in deck.slides if one.name == "agreed")
    (table,) = tables_in(section.blocks)
    name = load_catalogue("agreed").text("own.sheet", language)

    assert [row[0].value for row in table.rows] == [ACTION]
    assert slide.blocks[0] == table
    assert "1" in slide.title
    assert slide.notes
    assert ACTION in cells(unit_workbook(view), name)
    assert not any("of another unit" in str(block) for block in section.blocks)


def test_a_unit_without_agreements_has_no_such_part():
    view = views(with_agreed(entry(("Care",))))[FINANCE]

    assert unit_agreed_table(view.words, view.path) is None
    assert "agreed" not in [one.name for one in unit_document(view).sections]
    assert "agreed" not in [one.name for one in unit_deck(view).slides]


def test_a_unit_whose_change_is_not_shown_reads_that_of_the_organisation():
    publication = with_agreed(entry())
    none = replace(publication.units, changes=publication.units.changes.iloc[:0])
    view = views(replace(publication, units=none))[FINANCE]
    section = next(s for s in unit_document(view).sections if s.name == "agreed")

    assert any("organisation as a whole" in str(block) for block in section.blocks)


def test_written_files_with_free_texts_pass_the_search(tmp_path, monkeypatch):
    published.skip_figures(monkeypatch)
    publication = with_agreed(
        entry(action="Elke week 1,5 uur vrij, 95% van de tijd", when="week 12"),
        entry(HIDDEN, action="Elke week 2.5 uur zonder overleg; 75 %"),
    )
    view = views(publication, "nl")[FINANCE]
    own = tmp_path / "teams" / "support" / "finance"
    own.mkdir(parents=True)
    (own / "tables.xlsx").write_bytes(unit_workbook(view))
    (tmp_path / "tables.xlsx").write_bytes(render_xlsx(publication, "nl"))
    (tmp_path / "report.html").write_text(render_html(publication, "nl"), "utf-8")

    assert audit_files(tmp_path, publication).problems == ()


def test_no_cell_of_the_tables_is_written_as_a_broken_number():
    words = told(with_agreed(entry(HIDDEN), entry()), "nl")

    for table in (agreed_table(words), counts_table(words)):
        for row in table.rows:
            for column, cell in zip(table.columns, row, strict=True):
                assert written(cell, column.kind, "nl").lower() != "nan"
