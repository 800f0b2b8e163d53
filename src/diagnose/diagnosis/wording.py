"""Numbers and names as words in both languages, for the sentences of findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from diagnose.diagnosis.cells import Path
from diagnose.instrument.model import Instrument
from diagnose.language import (
    Language,
    Text,
    format_interval,
    format_number,
    format_p_value,
    format_share,
    format_signed,
    level_name,
    load_catalogue,
)

LANGUAGES: tuple[Language, ...] = ("en", "nl")


def number(value: float, *, digits: int = 2) -> Text:
    """Write a number; without decimals when it is a count or a point of a scale."""
    return {lang: format_number(value, lang, digits=digits) for lang in LANGUAGES}


def count(value: float) -> Text:
    """Write a whole number."""
    return number(value, digits=0)


def point(value: float) -> Text:
    """Write a position on a response scale with no more decimals than it needs."""
    return number(value, digits=0 if float(value).is_integer() else 1)


def signed(value: float) -> Text:
    """Write a difference with its sign."""
    return {lang: format_signed(value, lang) for lang in LANGUAGES}


def share(value: float) -> Text:
    """Write a proportion as a percentage."""
    return {lang: format_share(value, lang) for lang in LANGUAGES}


def level(name: str) -> Text:
    """Write the name of a level of the organisation."""
    return {lang: level_name(name, lang) for lang in LANGUAGES}


def p_value(value: float) -> Text:
    """Write a p-value after its sign, ``= 0.012`` or ``< 0.001``."""
    written = {lang: format_p_value(value, lang) for lang in LANGUAGES}
    return {
        lang: text if text.startswith("<") else f"= {text}"
        for lang, text in written.items()
    }


def interval(low: float, high: float, conf_level: float) -> Text:
    """Write an interval with its coverage, ``95% interval 3.12 to 3.48``."""
    percent = round(conf_level * 100, 1)
    catalogue = load_catalogue("findings")
    return {
        lang: catalogue.text(
            "word.interval",
            lang,
            level=point(percent)[lang],
            limits=format_interval(low, high, lang),
        )
        for lang in LANGUAGES
    }


def literal(words: str) -> Text:
    """Return words that are the same in every language, such as a team's name.

    Signs that steer a program, or turn the direction of what follows, become spaces.
    """
    harmless = "".join(sign if sign.isprintable() else " " for sign in words)
    return dict.fromkeys(LANGUAGES, " ".join(harmless.split()))


def quoted(words: Text) -> Text:
    """Put words between quotation marks."""
    return {lang: f"“{text}”" for lang, text in words.items()}


def translated(words: Mapping[str, str], instrument: Instrument) -> Text:
    """Return words of the instrument; in its first language where it lacks one."""
    first = next(
        (words[lang] for lang in instrument.languages if lang in words),
        next(iter(words.values())),
    )
    return {lang: words.get(lang, first) for lang in LANGUAGES}


def subscale_title(instrument: Instrument, subscale: str) -> Text:
    """Return the quoted title of a subscale."""
    return quoted(translated(instrument.subscale(subscale).title, instrument))


def item_words(instrument: Instrument, item_id: str) -> Text:
    """Return the quoted wording of an item for the work floor; its id without one."""
    item = next(item for item in instrument.closed_items if item.id == item_id)
    form = instrument.form_of_role("floor")
    if not item.text or form not in item.text:
        return quoted(literal(item_id))
    return quoted(translated(item.text[form], instrument))


def unit_name(path: Path) -> Text:
    """Return the quoted name of a unit with the units it is part of."""
    return quoted(literal(" › ".join(path)))


def listing(words: Iterable[Text]) -> Text:
    """Join words with commas, the last two with "and"."""
    parts: Sequence[Text] = list(words)
    catalogue = load_catalogue("findings")
    return {
        lang: _joined([part[lang] for part in parts], catalogue.text("word.and", lang))
        for lang in LANGUAGES
    }


def shortened(words: Iterable[Text], most: int) -> Text:
    """Join the first words as `listing` does, and count those that are left."""
    parts: Sequence[Text] = list(words)
    if len(parts) <= most:
        return listing(parts)
    left = count(len(parts) - most)
    return listing([*parts[:most], phrase("word.more", n=left)])


def phrase(key: str, /, **values: Text) -> Text:
    """Return a phrase of the catalogue with words filled in."""
    catalogue = load_catalogue("findings")
    return {
        lang: catalogue.text(
            key, lang, **{name: text[lang] for name, text in values.items()}
        )
        for lang in LANGUAGES
    }


def _joined(parts: list[str], conjunction: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {conjunction} {parts[-1]}"
