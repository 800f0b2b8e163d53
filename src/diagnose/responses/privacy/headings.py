"""What a column holds, by its heading: in English, Dutch and German, on any platform.

The words are the default headings of Qualtrics
(https://www.qualtrics.com/support/survey-platform/data-and-analysis-module/data/download-data/understanding-your-dataset/),
of LimeSurvey (its export writers, https://github.com/LimeSurvey/LimeSurvey), of Kobo
(https://github.com/kobotoolbox/formpack), and of SurveyMonkey, Microsoft Forms and
Google Forms as seen in exports; other editions of these may have other words
(unverified). Whatever is not known is ``other``.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from diagnose.instrument.labels import normalise_label
from diagnose.responses.read.layout import Column

ColumnKind = Literal[
    "ip", "email", "name", "location", "token", "device", "moment", "response", "link",
    "unit", "role", "language", "item", "open", "timing", "status", "demographic",
    "edition", "other",
]  # fmt: skip
COLUMN_KINDS: tuple[ColumnKind, ...] = get_args(ColumnKind)

PERSONAL: frozenset[ColumnKind] = frozenset(
    ("ip", "email", "name", "location", "token", "device", "response", "link")
)
"""Kinds that are expected to point to a person, and are never read as they are."""

OF_PURPOSE: dict[str, ColumnKind] = {
    "response": "response",
    "submitted": "moment",
    "time": "moment",
    "ended": "moment",
    "finished": "status",
    "progress": "status",
    "status": "status",
    "channel": "status",
    "language": "language",
    "seconds": "timing",
}
"""Purpose of a system column to what it holds."""

_ASKED: frozenset[ColumnKind] = frozenset(("email", "name", "demographic"))
"""Kinds that are also recognised in a whole question."""

_MOST_WORDS = 6
"""Words of a heading that is a name; with more it is a question."""

_SEPARATORS = re.compile(r"[\s_./\[\]:()|\-]+")
_PATTERNS: tuple[tuple[ColumnKind, str], ...] = (
    ("email", r"e ?mail(?!s\b)|\bmail ?(?:address|adres|adresse)\b"),
    ("ip", r"\bip\b|\bip ?(?:addr|adres)|\badresse ip\b"),
    (
        "device",
        r"user ?agent|\bbrowser\b|\bdevice ?(?:id)?\b|\boperating system\b"
        r"|\bapparaat\b|besturingssysteem|\bgerät|\bresolution\b|ref ?url|referrer"
        r"|verwijzende url|subscriber ?id|sim ?serial|\bimei\b|\bfingerprint\b",
    ),
    (
        "token",
        r"\btoken\b|toegangscode|zugangs(?:code|schlüssel)|\baccess ?code\b"
        r"|external ?(?:data ?)?reference|\b(?:participant|panel|contact) ?id\b"
        r"|personeelsn|medewerkern|\bemployee ?(?:id|number)\b|\bbsn\b"
        r"|personalnummer",
    ),
    (
        "name",
        r"\b(?:first|last|full|sur|given|family|user|display|participant) ?name\b"
        r"|^(?:your |je |uw |ihr )?(?:name|naam)\d?$|voornaam|achternaam|vorname"
        r"|nachname|username|submitted by|recipient(?:first|last)name|\bnaam van\b"
        r"|\byour name\b|\bwhat is your (?:full )?name\b|\bje naam\b|\buw naam\b",
    ),
    (
        "location",
        r"latitude|longitude|location ?accuracy|breedtegraad"
        r"|lengtegraad|\bgps\b|geo ?location|\bpostcode\b|postal ?code"
        r"|\bzip(?: ?code)?\b|\bplz\b|woonplaats|wohnort"
        r"|\b(?:home |street )?address\b|\badres\b|\badresse\b|\btelefoon|\bphone|"
        r"\btelefon",
    ),
    ("edition", r"^edition$|^ version $|\b__version__\b"),
    ("link", r"^link(?: ?code)?$|koppelcode|linking code|verknüpfungscode"),
    (
        "demographic",
        r"\bage\b|leeftijd|\balter\b|gender|\bsex\b|geslacht|geschlecht|\btenure\b"
        r"|dienstverband|dienstjaren|jaren in dienst|in dienst\b|years of service"
        r"|betriebszugehörigkeit|\beducation\b|opleiding|ausbildung|national(?:ity|"
        r"iteit|ität)|birth|geboorte|geburt|\bcontract|\bsalar(?:y|is)\b|\bschaal\b"
        r"|functie|\bjob (?:title|function)\b|\bfte\b|uren per week|marital|ethnic"
        r"|religi|\bgeloof\b|disabilit|\bseniority\b",
    ),
    (
        "timing",
        r"duration|interview ?time|group ?time|\btotal time\b|question time|dauer"
        r"|\bduur\b|page submit|first click|last click|click count|^seconds$|\w+time$"
        r"|totale tijd|gesamtzeit",
    ),
    (
        "moment",
        r"\bdate|\bdatum|\btime\b|\btijd|(?<!leef)tijd\b|\bzeit|zeit\b"
        r"|submit ?(?:date|time)|submission time|timestamp|tijdstempel"
        r"|zeitstempel|horodateur|^(?:start|end|today|begin)$|datestamp|started|(?:start|end|recorded)date",
    ),
    (
        "status",
        r"^status$|\bfinished\b|\bprogress\b|last ?page|laatste pagina|letzte seite"
        r"|validation status|distribution ?channel|response type|^complete$"
        r"|\bcomplete\?$|^seed$|^notes$|^tags$|fortschritt|voortgang",
    ),
    (
        "response",
        r"^id\d?$|response ?id|respondent ?id|collector ?id|(?:antwort|antwoord) ?id"
        r"|\buuid\b|instance ?id|root ?uuid|^index$|record ?id|^respon(?:se|s id)$",
    ),
    (
        "language",
        r"\blanguage\b|user ?language|start ?language|\btaal\b|sprache|locale",
    ),
    (
        "role",
        r"^(?:your )?role$|^rol$|^rolle$|\bleidinggevende\?|\bare you a manager\b",
    ),
    (
        "unit",
        r"\bteam\b|department|\bdivision\b|\bunit\b|afdeling|organisatieonderdeel"
        r"|\bvestiging\b|\blocatie\b|\blocation\b|\bstandort\b|abteilung|\bcluster\b"
        r"|\bsector\b|\bploeg\b|\bbereich\b|business unit|\bdirectie\b|\bdienst\b",
    ),
    (
        "open",
        r"comment|opmerking|toelichting|remark|suggestion|suggestie|anmerkung"
        r"|bemerkung|namelijk|\banders\b|\bother\b|\both\b| text$|feedback|sonstige"
        r"|\bspecify\b|open ended",
    ),
)
_RULES = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)


def kind_of(column: Column) -> ColumnKind:
    """Return what the heading of a column says that it holds.

    Parameters
    ----------
    column : Column
        From the layout of a platform.
    """
    # "Do you ever ask others for time?" says little of what its answers hold.
    names = [normalise_label(column.heading), *column.codes[:1], *column.texts[:2]]
    plain = [_SEPARATORS.sub(" ", name).strip() for name in names]
    short = [name for name in plain if len(name.split()) <= _MOST_WORDS]
    for kind, rule in _RULES:
        if any(rule.search(name) for name in (plain if kind in _ASKED else short)):
            return kind
    return "other"
