"""The verdict on suitability in words: why, how sure, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.model import Parts
from diagnose.diagnosis.suitability_evidence import READINGS
from diagnose.diagnosis.suitability_rule import PREREQUISITES, Verdict
from diagnose.instrument.model import Instrument
from diagnose.instrument.screen import Screen, screen_ids
from diagnose.language import Language, Text, load_catalogue

SECTION = "suitability"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A sentence of the verdict with what it rests on.

    Attributes
    ----------
    code : str
        Key of the sentence in the catalogue ``suitability``.
    subscales : tuple of str
        Subscales it is about.
    questions : tuple of str
        Questions of the screen it is about.
    evidence : mapping of str to float
        Numbers it rests on, in the shared vocabulary.
    words : mapping of str to mapping of str to str
        Values for the template in each language, already written out.
    """

    code: str
    subscales: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    evidence: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, Text] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        """Return the reason in words, with its numbers."""
        values = {name: text[language] for name, text in self.words.items()}
        return load_catalogue(SECTION).text(self.code, language, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What was decided: see the fields of `Suitability` with these names.

    ``fits`` tells whether the rule is made for this instrument.
    """

    verdict: Verdict
    leaning: Verdict
    stability: float
    fits: bool


def reasons_of(
    parts: Parts, screen: Screen | None, conditions: pd.DataFrame, call: Call
) -> tuple[Reason, ...]:
    """Return the verdict and its reasons, the gravest first.

    Parameters
    ----------
    parts : Parts
        What the conditions were read from. Not modified.
    screen : Screen or None
        Answers about the change.
    conditions : pandas.DataFrame
        See `Suitability.conditions`. Not modified.
    call : Call
        What was decided.
    """
    if not call.fits:
        return (Reason(code="verdict.cannot_tell"), Reason(code="rule.none"))
    return (
        Reason(code=f"verdict.{call.verdict}"),
        *_close(call),
        *_about_screen(parts.instrument, screen),
        *_about_conditions(parts, conditions),
        *_about_leaders(parts),
        *_about_teams(parts),
    )


def notes_of(parts: Parts, call: Call) -> tuple[Reason, ...]:
    """Return what a reader must know of the method."""
    if not call.fits:
        return ()
    share = {"level": wording.share(parts.conf_level)}
    codes = ("note.reference", "note.people", "note.unrelated", "note.choice")
    return tuple(
        Reason(code=code, words=share if code == "note.reference" else {})
        for code in codes
    )


def _close(call: Call) -> Iterator[Reason]:
    code = "stability.close" if call.verdict != call.leaning else "stability.share"
    leaning = load_catalogue(SECTION).entries[f"name.{call.leaning}"]
    yield Reason(
        code=code,
        evidence={"share": call.stability},
        words={"share": wording.share(call.stability), "leaning": leaning},
    )


def _about_screen(instrument: Instrument, screen: Screen | None) -> Iterator[Reason]:
    if screen is None:
        yield Reason(code="screen.missing")
        return
    texts = dict(zip(screen_ids(instrument), instrument.suitability, strict=True))
    for code, names in (
        ("screen.stops", screen.stops),
        ("screen.unknown", (*screen.unknown_stops, *screen.unknown_postpones)),
        ("screen.postpones", screen.postpones),
    ):
        if names:
            words = [
                wording.quoted(wording.translated(texts[name].text, instrument))
                for name in names
            ]
            yield Reason(
                code=code,
                questions=tuple(names),
                words={"questions": wording.listing(words)},
            )


def _about_conditions(parts: Parts, conditions: pd.DataFrame) -> Iterator[Reason]:
    """Yield what is present, absent and open: prerequisites, outcomes, the others."""
    for scope in ("prerequisite", "outcome", "grows"):
        own = conditions.loc[conditions["scope"] == scope]
        absent = own.loc[own["reading"] == "absent"]
        yield from _listed(parts, f"{scope}.absent", absent)
        if scope == "prerequisite":
            for name in absent["subscale"]:
                yield Reason(code=f"why.{name}", subscales=(name,))
        present = own.loc[own["reading"] == "present"]
        yield from _listed(parts, f"{scope}.present", present)
        # Of what grows by doing, being open changes nothing.
        still_open = own.loc[(own["reason"] != "") & (scope != "grows")]
        for reason, rows in still_open.groupby("reason", sort=False):
            yield from _listed(parts, f"open.{reason}", rows)


def _listed(parts: Parts, code: str, rows: pd.DataFrame) -> Iterator[Reason]:
    if rows.empty:
        return
    names = tuple(rows["subscale"])
    yield Reason(
        code=code,
        subscales=names,
        evidence={"n_subscales": len(names)},
        words={"subscales": wording.listing(_numbers(parts, rows))},
    )


def _numbers(parts: Parts, rows: pd.DataFrame) -> Iterator[Text]:
    """Write each subscale with its mean and n; only its title when there is none."""
    for row in rows.to_dict(orient="records"):
        title = wording.subscale_title(parts.instrument, row["subscale"])
        if pd.isna(row["mean"]):
            yield title
            continue
        values = {
            "mean": wording.number(row["mean"]),
            "n": wording.count(row["n_respondents"]),
        }
        catalogue = load_catalogue(SECTION)
        yield {
            lang: catalogue.text(
                "word.with_mean",
                lang,
                subscale=title[lang],
                **{name: text[lang] for name, text in values.items()},
            )
            for lang in wording.LANGUAGES
        }


def _titles(instrument: Instrument, names: Iterable[str]) -> Text:
    return wording.listing(wording.subscale_title(instrument, name) for name in names)


def _about_leaders(parts: Parts) -> Iterator[Reason]:
    """Yield the prerequisites that leaders see differently; neither side is right."""
    gap = parts.gap.loc[parts.gap["subscale"].isin(PREREQUISITES)]
    for direction, code in (
        ("lower", "gap.leaders_higher"),
        ("higher", "gap.floor_higher"),
    ):
        names = tuple(gap.loc[gap["direction"] == direction, "subscale"])
        if names:
            titles = _titles(parts.instrument, names)
            yield Reason(code=code, subscales=names, words={"subscales": titles})


def _about_teams(parts: Parts) -> Iterator[Reason]:
    agreement = parts.units.agreement
    rows = agreement.loc[
        agreement["subscale"].isin(PREREQUISITES) & agreement["reading"].isin(READINGS)
    ]
    divided = rows.loc[rows["reading"] == "divided"]
    if divided.empty:
        return
    n_divided, n_judged = divided["path"].nunique(), rows["path"].nunique()
    order = [s.id for s in parts.instrument.subscales]
    names = tuple(sorted(set(divided["subscale"]), key=order.index))
    yield Reason(
        code="teams.divided",
        subscales=names,
        evidence={"n_divided": n_divided, "n_teams": n_judged},
        words={
            "n_divided": wording.count(n_divided),
            "n_teams": wording.count(n_judged),
            "subscales": _titles(parts.instrument, names),
        },
    )
