"""What the slides of an organisation share: their words, source lines and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diagnose.language import load_catalogue
from diagnose.plots.sheet import count_range, source_line
from diagnose.plots.words import Row, Words, is_shown, rows
from diagnose.report.build import plots
from diagnose.report.slides import Slide, SlideBlock


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Telling:
    """A publication that is told on slides.

    Attributes
    ----------
    words : Words
        The publication and the language, with the catalogue of the report.
    """

    words: Words

    @property
    def named(self) -> Words:
        """The same words with the catalogue of the figures."""
        return plots(self.words)

    def told(self, key: str, /, **values: object) -> str:
        """Return a text of the catalogue of decks."""
        return load_catalogue("deck").text(key, self.words.language, **values)

    def source(self, who: str = "", n: str = "") -> str:
        """Return the line at the foot: by default about the whole work floor."""
        named = self.named
        floor = rows(self.words.publication.profile, role="floor")
        counts = [row["n_respondents"] for row in floor if is_shown(row)]
        return source_line(
            named,
            who or named.text("role.floor"),
            n or count_range(named, counts),
        )

    def slide(
        self,
        name: str,
        title: str,
        *blocks: SlideBlock,
        notes: Sequence[str] = (),
        source: str = "",
    ) -> Slide:
        """Return a slide; its notes begin with those of its kind."""
        kind = name.partition("-")[0]
        return Slide(
            name=name,
            title=title,
            blocks=blocks,
            notes="\n".join((self.told(f"notes.{kind}"), *notes)),
            source=source or self.source(),
        )

    def counted(self, found: Sequence[Row], column: str = "n_respondents") -> str:
        """Return the smallest and largest of some numbers of people."""
        return count_range(self.named, [row[column] for row in found])
