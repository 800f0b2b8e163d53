"""Open answers in the report and the workbook: whole, harmless, explained."""

from __future__ import annotations

import html
import re
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from diagnose.disclosure.comments import plain_quote
from diagnose.language import load_catalogue
from diagnose.plots.words import words_for
from diagnose.report.comment_section import (
    OPEN_QUOTES,
    comment_blocks,
    comment_tables,
    themes_table,
)
from diagnose.report.document import Bullets, Fold, Heading, Paragraph, written
from diagnose.report.html import render_html
from diagnose.report.sections import make_sections
from diagnose.report.sheets import make_sheets
from diagnose.report.xlsx import render_xlsx
from published import skip_figures
from quoted import HOSTILE, published_small, quoted, themed

THEMES = {
    "first": themed(time=20, tools=6, pay=3, none=12),
    "keep": themed(people=18, none=3),
}


@pytest.fixture(scope="module")
def publication():
    quotes = {
        "first": [*HOSTILE, *(f"tekst {at}" for at in range(41 - len(HOSTILE)))],
        "keep": [],
    }
    return quoted(quotes, THEMES)


def blocks_of(publication, language="en"):
    return list(comment_blocks(words_for(publication, language, "report")))


def texts_of(blocks):
    return [b.text for b in blocks if isinstance(b, Heading | Paragraph)]


def test_without_open_answers_there_is_no_section_and_no_sheet():
    words = words_for(published_small(), "en", "report")

    assert not list(comment_blocks(words)) and not comment_tables(words)
    assert "comments" not in dict(make_sheets(words))


def test_each_question_says_how_many_answered_and_what_is_quoted(publication):
    told = texts_of(blocks_of(publication))

    assert "What first?" in told
    assert "41 people answered this question; 41 answers are quoted." in told
    assert "21 people answered this question; none of the answers is quoted." in told
    assert any(text.startswith("Fewer than 10 people") for text in told)


def test_the_readers_are_told_what_quotes_are(publication):
    intro = texts_of(blocks_of(publication))[0]

    assert "[…] stands where something was left out" in intro
    assert "their order says nothing" in intro


def test_a_theme_that_stands_out_is_said_in_a_sentence(publication):
    told = " ".join(texts_of(blocks_of(publication)))

    assert (
        "More often here than at the other open questions: time (49% here, at" in told
    )


def test_many_quotes_open_on_demand(publication):
    blocks = blocks_of(publication)

    shown = [b for b in blocks if isinstance(b, Bullets)]
    folded = [b for b in blocks if isinstance(b, Fold)]
    assert [len(b.items) for b in shown] == [OPEN_QUOTES]
    assert len(folded[0].blocks[0].items) == 41 - OPEN_QUOTES


def rows_of(publication, item, language="en"):
    words = words_for(publication, language, "themes")
    questions = publication.comments.questions
    row = questions.loc[questions["item"] == item].iloc[0].to_dict()
    table = themes_table(words, row)
    return {
        cells[0].value: [
            written(cell, column.kind, language)
            for cell, column in zip(cells[1:], table.columns[1:], strict=True)
        ]
        for cells in table.rows
    }, table


def test_the_table_counts_pools_and_compares(publication):
    rows, table = rows_of(publication, "first")

    assert rows["time"][:4] == ["20", "49%", "at most", "19%"]
    assert rows["time"][-1] == "more often here"
    assert rows["Another theme, or none"][:4] == ["15", "37%", "–", "–"]
    assert "pay" not in rows
    assert "Holm" in table.note


def test_what_nearly_all_named_has_no_number(publication):
    rows, table = rows_of(publication, "keep")

    assert rows["people"][:2] == ["nearly all", "nearly all"]
    assert "fewer than 5 people did not name it" in table.rows[0][1].spoken


def test_one_question_alone_says_that_nothing_is_compared():
    alone = quoted(themes={"first": themed(time=12, none=12)})

    rows, table = rows_of(alone, "first")

    assert rows["time"] == ["12", "50%"]
    assert table.note.endswith("there is no other one that is shown.")


def test_every_hostile_quote_stands_whole_and_harmless_in_the_page(
    publication, monkeypatch
):
    skip_figures(monkeypatch)
    page = render_html(publication, "en")

    items = [
        html.unescape(re.sub(r"\s+", " ", text).strip())
        for text in re.findall(r"<li[^>]*>(.*?)</li>", page, flags=re.S)
    ]
    for text in HOSTILE:
        assert f"“{plain_quote(text)}”" in items
    assert "<script>alert" not in page and "\u202e" not in page


def test_every_hostile_quote_stands_as_typed_text_in_the_workbook(publication):
    content = render_xlsx(publication, "en")
    book = CalamineWorkbook.from_filelike(BytesIO(content))

    cells = {
        cell
        for row in book.get_sheet_by_name("Own words").to_python()
        for cell in row
        if isinstance(cell, str)
    }
    assert {plain_quote(text) for text in HOSTILE} <= cells
    assert content == render_xlsx(publication, "en")


def test_the_section_is_dutch_in_a_dutch_report(publication):
    told = texts_of(blocks_of(publication, "nl"))
    rows, _ = rows_of(publication, "first", "nl")

    assert "41 mensen beantwoordden deze vraag; 41 antwoorden zijn geciteerd." in told
    assert rows["time"][2:4] == ["hoogstens", "19 %"]


def test_names_of_tables_are_unique(publication):
    tables = comment_tables(words_for(publication, "en", "report"))

    names = [table.name for table in tables]
    assert names == [
        *("open-questions", "themes-first", "quotes-first"),
        "themes-keep",
    ]


def test_rules_of_open_answers_are_explained():
    few = quoted(
        {"first": [f"tekst {n}" for n in range(18)]},
        {"first": themed(time=12, pay=2, none=6)},
    )
    disclosure = load_catalogue("disclosure")

    log = few.suppressed.loc[few.suppressed["table"] == "comments"]
    assert set(log["rule"]) == {"open-question", "held-back", "theme"}
    for rule in log["rule"]:
        assert disclosure.has(f"rule.{rule}") and disclosure.has(f"explanation.{rule}")


def test_the_section_is_part_of_the_report(publication, monkeypatch):
    skip_figures(monkeypatch)
    sections = make_sections(words_for(publication, "en", "report"))

    titles = {section.name: section.title for section in sections}
    assert titles["comments"] == "In their own words"
