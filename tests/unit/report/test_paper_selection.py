"""Details that a page folds away are left out on paper, and paper says so."""

from __future__ import annotations

import pytest

from diagnose.report.document import (
    Column,
    Document,
    Fold,
    Paragraph,
    Section,
    Table,
)
from diagnose.report.paper.selection import for_paper


def table(name):
    column = Column(key="unit", heading="Unit")
    return Table(name=name, caption=name, columns=(column,), rows=())


def document(*blocks, language="en"):
    section = Section(name="units", title="Units", blocks=blocks)
    return Document(
        name="report", title="T", language=language, facts=(), sections=(section,)
    )


def fold(name, *, detail):
    return Fold(summary=name, blocks=(table(name),), detail=detail)


def test_a_document_without_details_goes_on_paper_as_it_is():
    whole = document(Paragraph(text="a"), fold("kept", detail=False))

    assert for_paper(whole) == whole


def test_details_are_left_out_and_counted():
    kept = fold("kept", detail=False)
    whole = document(fold("one", detail=True), kept, fold("two", detail=True))

    first, told = for_paper(whole).sections[0].blocks

    assert first == kept
    assert told.note
    assert "2 details" in told.text
    assert "report.html" in told.text


@pytest.mark.parametrize(("language", "word"), [("en", "one detail"), ("nl", "één")])
def test_a_single_detail_is_told_in_the_singular(language, word):
    whole = document(fold("one", detail=True), language=language)

    (told,) = for_paper(whole).sections[0].blocks

    assert word in told.text


def test_a_detail_within_a_fold_that_stays_is_left_out_too():
    outer = Fold(summary="outer", blocks=(table("kept"), fold("inner", detail=True)))

    kept, told = for_paper(document(outer)).sections[0].blocks

    assert kept.blocks == (table("kept"),)
    assert "one detail" in told.text
