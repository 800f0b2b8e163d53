"""Remarks by which colleagues would know who wrote them: "the only woman here"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnose.responses.comments.patterns import Span

_PERSONS_NL = (
    r"(?:mannelijke|vrouwelijke|man|vrouw|meisje|jongen|dame|heer|persoon|collega"
    r"|deeltijder|parttimer|fulltimer|uitzendkracht|stagiair\w{0,3}|leerling|monteur"
    r"|planner|verpleegkundige|leidinggevende|jongere|oudere|buitenlander|\w{3,20}ster)"
)
_PERSONS_EN = (
    r"(?:woman|man|female|male|girl|guy|lady|person|one|part-timer|full-timer|intern"
    r"|temp|apprentice|engineer|nurse|planner|manager|foreigner|employee|mother|father)"
)
_ONLY = (
    rf"\b(?:(?:de|het)\senige\s{_PERSONS_NL}\b(?:\s(?:op|in|van|binnen|uit|bij|hier)\b"
    r"(?:\s(?:de|het|dit|deze|mijn|ons|onze))?(?:\s\w{1,30})?)?)",
    r"\b(?:ik|wij)\s(?:ben|was|zijn|waren)\s(?:(?:hier|daar|nu|nog|ook)\s){0,2}"
    r"(?:de|het)\senige\b(?:\s(?:man|vrouw|die|met|in|op|van)\b)?",
    r"\b(?:ben|was)\sik\s(?:(?:hier|daar|nu|nog|ook)\s){0,2}(?:de|het)\senige\b",
    r"\bals\s(?:(?:de|het)\s)?enige\b(?:\s(?:man|vrouw|mannelijke|vrouwelijke)\b)?",
    rf"\bthe\sonly\s(?:\w{{1,20}}\s)?{_PERSONS_EN}\b(?:\s(?:in|on|at|of|here|who)\b"
    r"(?:\s(?:the|this|my|our))?(?:\s\w{1,30})?)?",
    r"\bas\sthe\sonly\b(?:\s\w{1,30})?",
    r"\bI(?:['’]m|\sam|\swas)\s(?:\w{1,10}\s)?the\sonly\b(?:\s\w{1,30})?",
)
_AGE = (
    r"\b(?:ik\sben|ben\sik)\s(?:nu\s|al\s|inmiddels\s|bijna\s|net\s){0,2}[1-7]\d\b"
    r"(?:\sjaar)?(?:\soud)?",
    r"\b[1-7]\d\s?jaar\soud\b",
    r"\b[1-7]\d-jarige\b",
    r"\bI(?:['’]m|\sam)\s(?:now\s|almost\s|nearly\s)?[1-7]\d\b(?!\s?%)(?:\syears\sold)?",
    r"\b[1-7]\d[ -]years?[ -]old\b",
    r"\baged\s[1-7]\d\b",
)
_TENURE = (
    r"\b(?:werk|zit|loop)\s(?:ik\s)?(?:hier\s)?(?:al\s|nu\s|ruim\s|bijna\s|meer\sdan\s)"
    r"{1,3}\d{1,2}\sjaar\b",
    r"\b(?:worked|been)\shere\s(?:for\s)?(?:over\s|almost\s|more\sthan\s)?\d{1,2}\syears\b",
    r"\b\d{1,2}\s(?:jaar\sin\sdienst|years\sof\sservice)\b",
)
_HEALTH = (
    r"\b(?:zwanger\w{0,20}|bevalling\w{0,10}|bevallen|kolfruimte|kolven"
    r"|(?:ouderschaps|zorg|ziekte|bevallings)verlof|burn-?\s?out|overspannen|overspannenheid"
    r"|kanker|chemo\w{0,12}|depressie\w{0,2}|depressief|rolstoel|autis\w{1,8}|adhd|reuma"
    r"|diabetes|epilepsie|suikerziekte|hartinfarct|hernia|dyslexie|dyslectisch\w?"
    r"|langdurig\sziek|ziekmelding|ziek\sgemeld|miskraam|scheiding|rouw\w{0,12})\b",
    r"\b(?:pregnan\w{1,4}|maternity\sleave|paternity\sleave|parental\sleave|sick\sleave"
    r"|burn-?\s?out|burned\sout|cancer|depress(?:ion|ed)|wheelchair|autis\w{1,4}"
    r"|disabled|disability|epilep\w{1,4}|miscarriage|dyslexi\w{1,2}|heart\sattack)\b",
)
_BELIEF = (
    r"\b(?:moslims?|moslima|muslims?|hoofddoek\w{0,3}|headscarf|hindoe\w{0,3}|joodse?"
    r"|jewish|christen|vakbondslid|union\s(?:member|rep)|homo|gay|lesbisch\w?|lesbian"
    r"|transgender|non-binair\w?|non-binary)\b",
)
_RULES = tuple(
    (reason, re.compile(pattern, re.IGNORECASE))
    for reason, patterns in (
        ("only", _ONLY),
        ("age", _AGE),
        ("tenure", _TENURE),
        ("health", _HEALTH),
        ("belief", _BELIEF),
    )
    for pattern in patterns
)


def find_hints(text: str) -> Iterator[Span]:
    """Yield the remarks that single out their writer: kind ``recognisable``."""
    for reason, rule in _RULES:
        for found in rule.finditer(text):
            yield Span(found.start(), found.end(), "recognisable", reason)
