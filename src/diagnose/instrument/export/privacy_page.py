"""What respondents are told before they start, and the words a consultant gave for it.

The page promises what the program keeps, and says of a survey tool only what holds for
each of them: that nothing but the named columns is used. It claims no consent as a
legal basis: the last sentence confirms that somebody has read it and is free.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diagnose.errors import Problem
from diagnose.instrument.export.details import FieldingDetails
from diagnose.instrument.export.survey import Paragraph
from diagnose.instrument.export.wording import word
from diagnose.instrument.model import Instrument, Reporting
from diagnose.language.problems import worded_problem

PHRASES = ("unit", "change", "basis")
"""Details that become part of a sentence, and so need words in its language."""


class GivenWords:
    """The words that fill the open places of introductions and of the privacy page."""

    def __init__(self, details: FieldingDetails) -> None:
        self.details = details

    def of(self, field: str, language: str) -> str:
        """Return what the consultant wrote, else neutral words."""
        given = self.details.words(field, language)
        if given and field == "retention":
            return _day(given, language)
        return given or word(f"default.{field}", language)

    def filled(self, text: str, language: str) -> str:
        """Return a text with the open places of introductions filled."""
        for field in ("unit", "change"):
            text = text.replace(f"{{{field}}}", self.of(field, language))
        return text


def wordless(details: FieldingDetails, languages: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem for every phrase that is given, but not in each language."""
    for field in PHRASES:
        given = getattr(details, field)
        if not isinstance(given, dict):
            continue
        for language in languages:
            if language not in given:
                values = {"language": language}
                yield worded_problem("fielding", "F013", f"fielding.{field}", values)


def privacy_page(
    instrument: Instrument,
    form: str,
    languages: Sequence[str],
    *,
    details: FieldingDetails,
    reporting: Reporting,
    recorded: bool,
) -> dict[str, tuple[Paragraph, ...]]:
    """Return the paragraphs of the page in each language; the last says whom to ask.

    Parameters
    ----------
    instrument : Instrument
        Its open items decide whether quoting is spoken of.
    form : str
        Of the survey.
    languages : sequence of str
        Of the survey.
    details : FieldingDetails
        Names, retention, and whether a link code is asked.
    reporting : Reporting
        The smallest groups that will be shown.
    recorded : bool
        Whether the survey tool may record more than it is asked.
    """
    asked = any(form in item.text for item in instrument.open_items)
    told = {
        "purpose": ["purpose"] + ["basis"] * (details.basis is not None),
        "free": ["free"],
        "collected": ["collected"]
        + ["recorded"] * recorded
        + ["linked"] * details.link,
        "shown": ["shown"] + ["quoted"] * asked,
        "kept": ["kept_until" if details.retention else "kept"],
        "contact": ["contact"],
    }
    return {
        one: tuple(
            Paragraph(
                heading=word(f"privacy.{heading}_title", one),
                text=_sentences(parts, one, details, reporting),
            )
            for heading, parts in told.items()
        )
        for one in languages
    }


def _sentences(
    parts: Sequence[str], language: str, details: FieldingDetails, reporting: Reporting
) -> str:
    given = GivenWords(details)
    names = ("controller", "contact", "change", "retention")
    values: dict[str, object] = {name: given.of(name, language) for name in names}
    values["basis"] = details.words("basis", language)
    values |= reporting.model_dump()
    texts = [word(f"privacy.{part}", language, **values) for part in parts]
    # A sentence may begin with words of the consultant.
    return " ".join(text[:1].upper() + text[1:] for text in texts)


def _day(date: str, language: str) -> str:
    """Return a date in words, ``30 June 2027``."""
    year, month, day = date.split("-")
    name = word("months", language).split()[int(month) - 1]
    return f"{int(day)} {name} {year}"
