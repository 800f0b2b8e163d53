"""``diagnose survey``: the instruments of the kit, and a user's own."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.cli.terminal import say, show_table, show_text
from diagnose.language import Language, load_catalogue

if TYPE_CHECKING:
    from diagnose.instrument import Instrument


def run(chosen: Namespace) -> int:
    """Carry out one action on an instrument."""
    if chosen.action == "list":
        _list(chosen.language)
    elif chosen.action == "export":
        from diagnose.cli import fielding

        fielding.export(chosen)
    elif chosen.action == "schema":
        from diagnose.instrument import schema_text

        _write(schema_text().encode("utf-8"), chosen)
    else:
        from diagnose.instrument import load_instrument

        instrument = load_instrument(chosen.instrument)
        _ACTIONS[chosen.action](instrument, chosen)
    return 0


def _list(language: Language) -> None:
    from diagnose.instrument import list_instruments, load_instrument

    words = load_catalogue("cli")
    rows = []
    for name in list_instruments():
        instrument = load_instrument(name)
        rows.append(
            (
                name,
                instrument.version,
                _in(instrument.title, language),
                str(len(instrument.items)),
                _in(instrument.status, language),
            )
        )
    heads = ("id", "version", "title", "items", "status")
    show_table([words.text(f"survey.{head}", language) for head in heads], rows)


def _show(instrument: Instrument, chosen: Namespace) -> None:
    from diagnose.instrument import codebook

    language = _known(instrument, chosen.language)
    columns = ["item", "subscale_title", "keyed", "form", "wording"]
    frame = codebook(instrument, language)[columns].drop_duplicates().fillna("")
    show_text(f"{_in(instrument.title, chosen.language)} {instrument.version}")
    show_text(_in(instrument.status, chosen.language))
    rows = [tuple(str(value) for value in row) for row in frame.itertuples(index=False)]
    words = load_catalogue("cli")
    show_table(
        [words.text(f"survey.{name}", chosen.language) for name in columns], rows
    )


def _check(instrument: Instrument, chosen: Namespace) -> None:
    say(
        "survey.valid",
        chosen.language,
        name=instrument.id,
        version=instrument.version,
        n=len(instrument.items),
        hash=instrument.content_hash[:12],
    )


def _codebook(instrument: Instrument, chosen: Namespace) -> None:
    from diagnose.instrument.export.codebook_files import codebook_csv

    _write(codebook_csv(instrument, _known(instrument, chosen.language)), chosen)


def _known(instrument: Instrument, language: Language) -> str:
    """Return the reader's language, or the first one that the instrument has."""
    known = instrument.languages
    return language if language in known else next(iter(known))


def _write(content: bytes, chosen: Namespace) -> None:
    """Write a file whole, never over another one; or show its text."""
    from diagnose.instrument.export.write import write_survey

    if chosen.output:
        path = Path(chosen.output)
        write_survey({path.name: content}, path.parent)
        say("survey.written", chosen.language, path=path)
    else:
        show_text(content.decode("utf-8-sig").replace("\r\n", "\n"))


def _in(words: dict[str, str], language: Language) -> str:
    return words.get(language, next(iter(words.values())))


_ACTIONS = {
    "show": _show,
    "check": _check,
    "codebook": _codebook,
}
