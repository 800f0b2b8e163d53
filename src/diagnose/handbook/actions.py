"""The library of actions as a reader meets it: short, one action under the other."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING, get_args

from diagnose.instrument import Action, ActionLibrary, Instrument, load_actions
from diagnose.instrument.actions import Strength
from diagnose.language import (
    Catalogue,
    Language,
    Text,
    default_language,
    load_catalogue,
)

if TYPE_CHECKING:
    import pandas as pd


class ShownActions:
    """Some actions for the last line of a notebook cell."""

    def __init__(self, page: str, titles: Iterable[str]) -> None:
        self._page = page
        self._titles = tuple(titles)

    def __repr__(self) -> str:
        """Return the titles, one a line."""
        return "\n".join(self._titles)

    def _repr_html_(self) -> str:
        return self._page


def show_actions(
    instrument: Instrument, topic: str, *, language: Language | None = None
) -> ShownActions:
    """Show what can be tried about one topic, folded under its title.

    Parameters
    ----------
    instrument : Instrument
        What was asked; its library is shown (`diagnose.load_actions`).
    topic : str
        A subscale of the instrument, or ``"divided"``, ``"leaders-higher"``,
        ``"floor-higher"`` or ``"few-answered"``.
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    ShownActions
        For the last line of a notebook cell.

    Raises
    ------
    ValueError
        The library has no action about this topic.
    """
    library = load_actions(instrument)
    chosen = library.about(topic)
    if not chosen:
        topics = ", ".join(dict.fromkeys(repr(a.about) for a in library.actions))
        allowed = topics or "a topic of an instrument that has a library of actions"
        raise ValueError(f"`topic` must be one of {allowed}; got {topic!r}.")
    page = _Page(library, language or default_language())
    blocks = "".join(page.block(action) for action in chosen)
    return ShownActions(
        f'<div class="diagnose-actions">{blocks}</div>',
        (page.said(action.title) for action in chosen),
    )


def evidence_table(
    library: ActionLibrary, *, language: Language | None = None
) -> pd.DataFrame:
    """Return how many actions of a library stand on how much evidence.

    Parameters
    ----------
    library : ActionLibrary
        From `diagnose.load_actions`.
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    pandas.DataFrame
        Text only, one row a kind of evidence, the strongest first.
    """
    import pandas as pd

    speak = language or default_language()
    words = load_catalogue("handbook")
    kinds = get_args(Strength)
    found = [action.evidence.strength for action in library.actions]
    rows = pd.Index([words.text(f"actions.strength.{kind}", speak) for kind in kinds])
    counts = [str(found.count(kind)) for kind in kinds]
    table = pd.DataFrame({words.text("actions.count", speak): counts}, index=rows)
    return table.rename_axis(columns=words.text("actions.evidence", speak))


class _Page:
    """Words and sources of one library in one language."""

    def __init__(self, library: ActionLibrary, language: Language) -> None:
        self._library = library
        self._language: Language = language
        self._words: Catalogue = load_catalogue("handbook")

    def said(self, text: Text) -> str:
        """Return a text in the language of the page, or in the one it has."""
        return text.get(self._language) or next(iter(text.values()))

    def block(self, action: Action) -> str:
        """Return one action as HTML, its title outside the fold."""
        strength = self._word(f"strength.{action.evidence.strength}")
        rows = (
            ("steps", self._steps(action)),
            ("by", html.escape(self.said(action.by))),
            ("progress", self._progress(action)),
            ("cost", html.escape(self.said(action.cost))),
            ("not_when", html.escape(self.said(action.not_when))),
            ("evidence", self._evidence(action)),
        )
        parts = "".join(
            f"<dt>{self._word(name)}</dt><dd>{content}</dd>" for name, content in rows
        )
        return (
            f"<details><summary><strong>{html.escape(self.said(action.title))}"
            f"</strong> · {strength}</summary><dl>{parts}</dl></details>"
        )

    def _steps(self, action: Action) -> str:
        lines = "".join(
            f"<li>{self._word('week', week=step.week)}: "
            f"{html.escape(self.said(step.what))}</li>"
            for step in action.steps
        )
        return f"<ul>{lines}</ul>"

    def _progress(self, action: Action) -> str:
        seen = html.escape(self.said(action.progress))
        if not action.items:
            return seen
        items = ", ".join(item.upper() for item in action.items)
        return f"{seen} {self._word('items', items=items)}"

    def _evidence(self, action: Action) -> str:
        words = html.escape(self.said(action.evidence.words))
        sources = [self._library.sources[key] for key in action.evidence.sources]
        cited = " ".join(html.escape(source.citation) for source in sources)
        return f"{words} <small>{cited}</small>" if cited else words

    def _word(self, key: str, **values: object) -> str:
        text = self._words.text(f"actions.{key}", self._language, **values)
        return html.escape(text)
