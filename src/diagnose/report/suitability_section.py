"""The section on how this change can begin: the verdict, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from diagnose.language import load_catalogue
from diagnose.plots import plot_suitability
from diagnose.plots.suitability import verdict_name
from diagnose.plots.svg import figure_svg
from diagnose.plots.words import Row, Words, rows
from diagnose.report.build import (
    Field,
    folded,
    known_text,
    make_table,
    numbers,
    subscale_field,
)
from diagnose.report.document import (
    Block,
    Bullets,
    Fold,
    Heading,
    Paragraph,
    Picture,
    Table,
)

_TOLD_AT_ONCE = 5


def suitability_blocks(words: Words) -> Iterator[Block]:
    """Yield the verdict, its reasons, how close it is and what would change it."""
    own = replace(words, section="begin")
    suitability = words.publication.suitability
    verdict = verdict_name(words, suitability.verdict)
    yield Heading(text=own.text("suitability.verdict", verdict=verdict))
    first, *reasons = (r.sentence(words.language) for r in suitability.reasons)
    yield Paragraph(text=first)
    yield Bullets(items=tuple(reasons))
    if suitability.conditions.empty:
        return
    yield Heading(text=own.text("suitability.close"))
    drawn = plot_suitability(words.publication, language=words.language)
    yield Picture(name="suitability", svg=figure_svg(drawn))
    yield Heading(text=own.text("suitability.change"))
    yield from _changes(own)
    for table in suitability_tables(words):
        yield table if table.name == "screen" else folded(words, table)
    notes = tuple(note.sentence(words.language) for note in suitability.notes)
    rule = Paragraph(text=known_text(words, "suitability", "rule.words"))
    title = known_text(words, "suitability", "rule.title")
    yield Fold(summary=title, blocks=(rule, Bullets(items=notes)))


def _changes(own: Words) -> Iterator[Block]:
    told = change_texts(own)
    if not told:
        yield Paragraph(text=own.text("suitability.change_none"))
        return
    yield Bullets(items=told[:_TOLD_AT_ONCE])
    if rest := told[_TOLD_AT_ONCE:]:
        summary = own.text("suitability.change_more", n=len(rest))
        yield Fold(summary=summary, blocks=(Bullets(items=rest),))


def change_texts(words: Words) -> tuple[str, ...]:
    """Return each single change that would change the verdict, as a sentence."""
    own = replace(words, section="begin")
    return tuple(
        _change(own, row) for row in rows(words.publication.suitability.alternatives)
    )


def _change(own: Words, row: Row) -> str:
    verdict = verdict_name(own, row["verdict"])
    if row["scope"] == "subscale":
        return own.text(
            "suitability.change_subscale",
            subscale=own.subscale(row["item"]),
            now=own.text(f"reading.{row['reading']}"),
            other=own.text(f"reading.{row['other']}"),
            verdict=verdict,
        )
    if not row["item"]:
        return own.text("suitability.change_missing", verdict=verdict)
    return own.text(
        "suitability.change_screen",
        question=question_text(own, row["item"]),
        now=own.text(f"answer.{row['reading']}"),
        other=own.text(f"answer.{row['other']}"),
        verdict=verdict,
    )


def question_text(words: Words, name: str) -> str:
    """Return the words of a question of the screen, ``q1`` being the first."""
    asked = words.publication.instrument.suitability
    return words.translated(asked[int(name.removeprefix("q")) - 1].text)


def suitability_tables(words: Words) -> list[Table]:
    """Return the screen, the conditions and the shares of the draws as tables."""
    own = replace(words, section="begin")
    suitability = words.publication.suitability
    if suitability.conditions.empty:
        return []
    tables = [_conditions_table(own), _shares_table(own)]
    return [_screen_table(own), *tables] if len(suitability.screen) else tables


def _screen_table(own: Words) -> Table:
    def means(row: Row) -> str:
        key = row["if_not"] if row["reading"] == "fails" else row["reading"]
        return own.text(f"screen.{key}")

    return make_table(
        own,
        "screen",
        own.text("suitability.screen_caption"),
        [
            Field("question", read=lambda row: question_text(own, row["item"])),
            Field("answer", read=lambda row: own.text(f"answer.{row['answer']}")),
            Field("means", read=means),
        ],
        rows(own.publication.suitability.screen),
    )


def _conditions_table(own: Words) -> Table:
    reasons = load_catalogue("suitability")

    def reading(row: Row) -> str:
        told = own.text(f"reading.{row['reading']}")
        code = f"open.{row['reason']}"
        if not row["reason"] or not reasons.has(code):
            return told
        return reasons.text(code, own.language, subscales="").split(":")[0]

    return make_table(
        own,
        "suitability",
        own.text("suitability.conditions_caption"),
        [
            subscale_field(own),
            Field("scope", read=lambda row: own.text(f"scope.{row['scope']}")),
            Field("n_respondents", "count"),
            *numbers("mean", "strict_low", "strict_high", "reference"),
            Field("share_above", "share"),
            Field("reading", read=reading),
        ],
        rows(own.publication.suitability.conditions),
        note=own.text("suitability.conditions_note"),
    )


def _shares_table(own: Words) -> Table:
    return make_table(
        own,
        "suitability-shares",
        own.text("suitability.shares_caption"),
        [
            Field("verdict", read=lambda row: verdict_name(own, row["verdict"])),
            Field("share", "share"),
        ],
        rows(own.publication.suitability.shares),
    )
