"""The section on the open answers: what people wrote, and how often about what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from diagnose.plots.words import Row, Words, is_number, rows
from diagnose.report.build import (
    MISSING,
    Field,
    interval_fields,
    make_table,
    numbers,
)
from diagnose.report.document import (
    Block,
    Bullets,
    Cell,
    Fold,
    Heading,
    Paragraph,
    Table,
)
from diagnose.responses.comments.patterns import MARKER

OPEN_QUOTES = 12
"""So many are read at once; the others open on demand."""


def comment_blocks(words: Words) -> Iterator[Block]:
    """Yield quotes and themes of every open question; nothing when none were read."""
    own = replace(words, section="themes")
    questions = list(_questions(own))
    if not questions:
        return
    yield Paragraph(text=own.text("intro", marker=MARKER))
    for question in questions:
        yield Heading(text=_title(own, question))
        yield Paragraph(text=_answered(own, question))
        if question["status"] == "shown":
            yield from _theme_blocks(own, question)
            yield from _quote_blocks(own, question)


def comment_tables(words: Words) -> list[Table]:
    """Return the open questions, and the themes and quotes of each."""
    own = replace(words, section="themes")
    questions = list(_questions(own))
    if not questions:
        return []
    tables = [
        make_table(
            own,
            "open-questions",
            own.text("questions_caption"),
            [
                Field("question", read=lambda row: _title(own, row)),
                *numbers("n_answered", "n_quotes", kind="count"),
            ],
            questions,
        )
    ]
    for question in questions:
        tables += [t for t in (themes_table(own, question),) if t.rows]
        tables += [t for t in (quotes_table(own, question),) if t.rows]
    return tables


def _questions(words: Words) -> Iterator[Row]:
    """Yield the open questions, the latest wave first."""
    found = rows(words.publication.comments.questions)
    for wave in reversed(words.publication.waves):
        yield from (row for row in found if row["wave"] == wave)


def _title(words: Words, question: Row) -> str:
    item = next(
        one
        for one in words.publication.instrument.open_items
        if one.id == question["item"]
    )
    wording = words.translated(next(iter(item.text.values())))
    several = words.publication.comments.questions["wave"].nunique() > 1
    if not several:
        return wording
    return words.text("question", question=wording, wave=question["wave"])


def _answered(words: Words, question: Row) -> str:
    if question["status"] != "shown":
        least = words.publication.thresholds.comments
        return words.text("withheld", comments=least)
    n, n_quotes = (words.number(question[k], 0) for k in ("n_answered", "n_quotes"))
    if not question["n_quotes"]:
        return words.text("unquoted", n=n)
    return words.text("answered", n=n, n_quotes=n_quotes)


def _theme_blocks(words: Words, question: Row) -> Iterator[Block]:
    table = themes_table(words, question)
    if not table.rows:
        yield Paragraph(text=words.text("no_themes"), note=True)
        return
    if told := _standing_out(words, question):
        yield Paragraph(text=words.text("stands_out", themes="; ".join(told)))
    yield table


def _standing_out(words: Words, question: Row) -> list[str]:
    return [
        words.text(
            f"stands_out_part.{row['bound']}",
            theme=row["theme"],
            share=words.share(row["share"]),
            share_other=words.share(row["share_other"]),
        )
        for row in _themes(words, question)
        if row["direction"] == "higher"
    ]


def _themes(words: Words, question: Row) -> list[Row]:
    themes = words.publication.comments.themes
    return rows(themes, wave=question["wave"], item=question["item"])


def _quotes(words: Words, question: Row) -> tuple[str, ...]:
    quotes = words.publication.comments.quotes
    found = rows(quotes, wave=question["wave"], item=question["item"])
    return tuple(str(row["quote"]) for row in found)


def _quote_blocks(words: Words, question: Row) -> Iterator[Block]:
    told = tuple(words.text("quote", text=text) for text in _quotes(words, question))
    if told:
        yield Bullets(items=told[:OPEN_QUOTES])
    if more := told[OPEN_QUOTES:]:
        n = words.number(len(more), 0)
        yield Fold(
            summary=words.text("more_quotes", n=n), blocks=(Bullets(items=more),)
        )


def quotes_table(words: Words, question: Row) -> Table:
    """Return the quotes of one question, one row a quote."""
    return make_table(
        words,
        _name(words, "quotes", question),
        words.text("quotes_caption", question=_title(words, question)),
        [Field("quote")],
        [{"quote": quote} for quote in _quotes(words, question)],
    )


def themes_table(words: Words, question: Row) -> Table:
    """Return how often each theme of one question was named, here and elsewhere."""
    found = _themes(words, question)
    compared = any(is_number(row["statistic"]) for row in found)
    return make_table(
        words,
        _name(words, "themes", question),
        words.text("themes_caption", question=_title(words, question)),
        [
            Field("theme", read=lambda row: _theme(words, row)),
            Field("n_texts", "count", read=lambda row: _number(words, row, "n_texts")),
            Field("share", "share", read=lambda row: _number(words, row, "share")),
            *(_compared_fields(words) if compared else ()),
        ],
        [{**row, **_times(row), "status": ""} for row in found],
        note=" ".join(_notes(words, question)),
    )


def _notes(words: Words, question: Row) -> Iterator[str]:
    """Yield how to read the table, below the first one only."""
    themes = words.publication.comments.themes
    first = next((q for q in _questions(words) if _themes(words, q)), question)
    if (first["wave"], first["item"]) != (question["wave"], question["item"]):
        return
    scores = words.publication.thresholds.scores
    yield words.text("themes_note", scores=scores)
    if themes["statistic"].notna().any():
        yield words.text("compared_note", level=words.level())
    if _is_alone(words, question):
        yield words.text("one_question_note")


def _is_alone(words: Words, question: Row) -> bool:
    shown = rows(words.publication.comments.questions, wave=question["wave"])
    return len([row for row in shown if row["status"] == "shown"]) < 2


def _compared_fields(words: Words) -> list[Field]:
    return [
        Field("bound", read=lambda row: _coded(words, row, "bound")),
        Field("share_other", "share"),
        *numbers("times"),
        *interval_fields("times_low", "times_high"),
        *numbers("statistic"),
        Field("p_adjusted", "p_value"),
        Field("direction", read=lambda row: _coded(words, row, "direction")),
    ]


def _times(row: Row) -> Row:
    """Return a ratio of shares as a number of times, which readers know."""
    return {
        "times": 2 ** row["log_ratio"],
        "times_low": 2 ** row["conf_low"],
        "times_high": 2 ** row["conf_high"],
    }


def _theme(words: Words, row: Row) -> str:
    return words.text("other") if row["kind"] == "other" else str(row["theme"])


def _number(words: Words, row: Row, key: str) -> Cell:
    if row["kind"] != "common":
        return Cell(value=float(row[key]))
    scores = words.publication.thresholds.scores
    spoken = words.text("common_spoken", scores=scores)
    return Cell(value=words.text("common"), tone="hidden", spoken=spoken)


def _coded(words: Words, row: Row, key: str) -> str:
    if not is_number(row["statistic"]):
        return MISSING
    return words.text(f"{key}.{row[key] or 'unclear'}")


def _name(words: Words, part: str, question: Row) -> str:
    """Return the name of a table; those of earlier waves count back from the last."""
    waves = words.publication.waves
    back = len(waves) - 1 - waves.index(str(question["wave"]))
    return f"{part}-{question['item']}" + (f"-{back}" if back else "")
