"""The tables of record: what was hidden under which rule, and what numbers rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from diagnose.language import load_catalogue
from diagnose.plots.words import Row, Words, clean, rows
from diagnose.report.build import Field, coded_text, known_text, make_table, plots
from diagnose.report.document import Table

_ABOUT = ("table", "level", "path", "role", "wave", "rule")


def log_summary_table(words: Words) -> Table:
    """Return how many entries the suppression log has for each table and rule."""
    found = rows(words.publication.suppressed)
    counted = Counter((row["table"], row["rule"]) for row in found)
    return make_table(
        words,
        "hidden",
        words.text("privacy.log_caption"),
        [
            Field(
                "table",
                read=lambda row: known_text(
                    words, "disclosure", f"table.{row['table']}"
                ),
            ),
            Field("rule", read=lambda row: _rule(words, row["rule"])),
            Field("n_entries", "count"),
        ],
        [
            {"table": table, "rule": rule, "n_entries": count}
            for (table, rule), count in counted.items()
        ],
        note=words.text("privacy.log_note"),
    )


def log_table(words: Words) -> Table:
    """Return the suppression log; decisions alike but for the subscale share a row."""

    def unit(row: Row) -> str:
        path = row.get("path") or ()
        return plots(words).parent(path) if path else ""

    def role(row: Row) -> str:
        return plots(words).text(f"role.{row['role']}") if row.get("role") else ""

    return make_table(
        words,
        "log",
        words.text("privacy.log_full_caption"),
        [
            Field(
                "table",
                read=lambda row: known_text(
                    words, "disclosure", f"table.{row['table']}"
                ),
            ),
            Field("level"),
            Field("unit", read=unit),
            Field("subscales", heading="subscale"),
            Field("role", read=role),
            Field("items", heading="item"),
            Field("wave"),
            Field("rule", read=lambda row: _rule(words, row["rule"])),
        ],
        _merged(words),
    )


def _merged(words: Words) -> list[Row]:
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows(words.publication.suppressed):
        groups.setdefault(tuple(row.get(name) for name in _ABOUT), []).append(row)
    return [
        {
            **members[0],
            "subscales": _titles(words, [row.get("subscale") for row in members]),
            "items": ", ".join(
                _item(words, item) for row in members if (item := row.get("item"))
            ),
        }
        for members in groups.values()
    ]


def _item(words: Words, item: str) -> str:
    """Return the code of an item, or the words for a sign of careless answering."""
    if load_catalogue("findings").has(f"hurdle.{item}"):
        return known_text(words, "findings", f"hurdle.{item}")
    return item.upper()


def _titles(words: Words, named: Sequence[str | None]) -> str:
    subscales = words.publication.instrument.subscales
    found = [s.id for s in subscales if s.id in named]
    if len(found) == len(subscales) > 1:
        return words.text("all_subscales", n=len(found))
    return ", ".join(map(words.subscale, found))


def _rule(words: Words, rule: str) -> str:
    return known_text(words, "disclosure", f"rule.{rule.removeprefix('rule.')}")


def provenance_table(words: Words) -> Table:
    """Return hashes, versions, settings and counts."""
    found: list[Row] = [
        {"key": " · ".join(path), "content": content}
        for path, content in flatten(words, words.publication.provenance)
    ]
    return make_table(
        words,
        "provenance",
        words.text("section.provenance"),
        [Field("key"), Field("content")],
        found,
    )


def flatten(
    words: Words, value: object, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the leaves of nested mappings and sequences with their names."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            name = coded_text(words, "origin", str(key))
            yield from flatten(words, inner, (*path, name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if all(isinstance(inner, str) for inner in value):
            yield path, clean(", ".join(value)) or words.text("nothing")
            return
        for place, inner in enumerate(value, start=1):
            yield from flatten(words, inner, (*path[:-1], f"{path[-1]} {place}"))
    else:
        yield path, _content(words, value)


def _content(words: Words, value: object) -> str:
    if value is None:
        return known_text(words, "disclosure", "intake_hidden")
    if isinstance(value, float) and words.language == "nl":
        return str(value).replace(".", ",")
    return clean(coded_text(words, "origin_value", str(value))) or words.text("nothing")
