"""The statements of a subscale as a reader meets them: both forms side by side."""

from __future__ import annotations

import html
from collections.abc import Iterable

from diagnose.handbook.actions import ShownActions
from diagnose.instrument import Instrument
from diagnose.language import Language, default_language, load_catalogue


def show_statements(
    instrument: Instrument, subscale: str, *, language: Language | None = None
) -> ShownActions:
    """Show what people are asked about one subscale, in every form.

    Parameters
    ----------
    instrument : Instrument
        What is asked; it must hold the texts of its items.
    subscale : str
        Id of a subscale of the instrument.
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    ShownActions
        A table, for the last line of a notebook cell; reverse-keyed items carry a mark.

    Raises
    ------
    ValueError
        The instrument has no such subscale, or an item without a text.
    """
    known = {one.id: one for one in instrument.subscales}
    if subscale not in known:
        allowed = ", ".join(repr(name) for name in known)
        raise ValueError(f"`subscale` must be one of {allowed}; got {subscale!r}.")
    if any(item.text is None for item in known[subscale].items):
        raise ValueError(f"{instrument.id} holds no texts of the items of {subscale}.")
    speak = language or default_language()
    words = load_catalogue("handbook")
    heads = [words.text("statements.item", speak)]
    heads += [form.title[speak] for form in instrument.forms.values()]
    rows = []
    for item in known[subscale].items:
        reverse = item.keyed == "reverse"
        said = [
            (item.text or {}).get(form, {}).get(speak, "") for form in instrument.forms
        ]
        rows.append([item.id.upper() + (" ↺" if reverse else ""), *said])
    turned = any(item.keyed == "reverse" for item in known[subscale].items)
    note = f"<p>{html.escape(words.text('statements.reverse', speak))}</p>"
    return ShownActions(
        f'<div class="diagnose-statements">{_table(heads, rows)}{note * turned}</div>',
        (" | ".join(row) for row in rows),
    )


def _table(heads: list[str], rows: list[list[str]]) -> str:
    def line(tag: str, cells: Iterable[str]) -> str:
        return "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells)

    body = "".join(f"<tr>{line('td', row)}</tr>" for row in rows)
    return (
        f'<table class="table"><thead><tr>{line("th", heads)}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )
