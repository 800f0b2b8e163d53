"""What the suggestions find: rule by rule, and on a corpus of invented comments."""

from __future__ import annotations

import re
import time

import pytest

from diagnose.language.catalogue import load_catalogue
from diagnose.responses.comments import redact, suggest_redactions
from diagnose.responses.comments import redact as redact_function
from diagnose.responses.comments.patterns import MARKER, is_citizen_number, is_iban

# Invented; what should be found stands between double braces. It holds cases that the
# rules are known to miss, so that the measured shares are no flattery.
CORPUS = """
Er moet meer tijd komen voor overleg, en minder regels van bovenaf.
Ik vind dat {{Jan de Vries}} beter moet luisteren naar de ploeg.
Collega {{Fatima}} heeft al drie keer een voorstel gedaan en krijgt geen antwoord.
Mijn teamleider {{Van Dijk}} zegt altijd dat er geen geld is.
Vraag het maar aan {{mevrouw Bakker}}, die weet hoe het zit.
Mevrouw {{bakker}} van de roosters doet wat zij wil.
{{Henk}} en {{Ingrid}} hebben het roosterprobleem opgelost, maar niemand luistert.
Laat {{henk}} eens meelopen in de nacht.
Bel me op {{06-12345678}} als je meer wilt weten.
Mijn nummer is {{+31 6 1234 5678}}, mail mag ook: {{a.bakker@example.org}}.
Zie {{https://intranet.example.org/verbeterbord}} voor het voorstel.
Het vorige voorstel was 10.000 euro en dat was te veel.
In 2024 zijn er 3 ideeën uitgevoerd van de 45 die we hebben ingediend.
Sinds {{12 maart 2024}} wacht ik op antwoord.
Ik ben {{de enige vrouw op de}} werkvloer en word niet gehoord.
{{Ik ben 63}} en doe dit werk al lang genoeg om te weten wat er mis is.
Na mijn {{burn-out}} is er nooit meer naar mijn idee gevraagd.
Toen ik {{zwanger}} was kon er opeens niets meer.
Mijn personeelsnummer is {{1048576}}, zoek het maar op.
De bus met kenteken {{12-ABC-3}} staat al weken stil.
Maak op maandag tijd vrij om ideeën te bespreken.
Het MT moet zich vaker laten zien op de vloer.
De directie in {{Zwolle}} weet niet wat hier speelt.
Geef ons toegang tot Excel en Teams in plaats van papier.
Iedereen zegt ja maar doet nee. Daar moet het beginnen.
Meer vertrouwen! Minder controle! Dat is alles.
Begin klein: laat een team een maand proberen.
{{J. Jansen}} van de planning houdt alles tegen.
Stuur een brief naar {{Dorpsstraat 12}}, {{1234 AB 5}} als het echt moet.
Mijn rekening is {{NL91 ABNA 0417 1643 00}}, stort de bonus maar.
Ze vroegen zelfs om mijn BSN, {{111222333}}, voor een ideeënbus.
Het Nederlands van sommige collega's is een probleem bij de overdracht.
De teamleider moet de tijd krijgen om mee te lopen.
Elke week een halfuur met de hele ploeg, zonder agenda.
{{Sjonnie}} van de late dienst krijgt altijd zijn zin.
Onze {{Truus}} regelt alles, maar krijgt er geen uren voor.
De chef van de ochtend, {{pietersen}}, luistert nooit.
Eerst de machines repareren, dan pas praten over verbetering.
Wij willen zelf het rooster maken. Dat scheelt 5 uur per week.
Vraag {{@janbakker}} op de app, die heeft een plan.
We need more time to talk about what goes wrong.
My manager {{Sarah}} never replies to ideas from the night shift.
Ask {{Mr. Thompson}} why the last three suggestions were rejected.
{{John}} said it would be fixed by the summer, and nothing happened.
Please call {{+44 20 7946 0958}} or write to {{j.smith@example.com}}.
I am {{the only woman in the team}} and I am talked over.
{{I'm 61}} and have seen four of these programmes.
I came back from {{maternity leave}} and my project was gone.
The planning on Monday should be done by the people who do the work.
Give us a budget of 5,000 euros and let us try.
Stop the meetings that lead nowhere. Start with one small thing.
Management in {{Leeds}} should come and see the floor.
On {{March 5, 2024}} we handed in a plan with 12 names.
{{Dr. Williams}} knows how it should be done.
Our supervisor {{Peter O'Neill}} blocks everything.
{{Smitty}} always gets his way with the roster.
Nobody asks us. We would like to be asked, once.
Use English and Dutch on the board so that all can read it.
Our ideas go to the MT and never come back.
Let {{karen}} and {{ahmed}} run the pilot.
The IT desk needs 3 days to answer; that should be 1.
My badge is {{AB123456}} if you want to check.
De Ondernemingsraad en de Raad van Bestuur moeten eerst zelf meedoen.
Het project Samen Sterk heeft niets opgeleverd behalve posters.
Our Works Council should be asked first, before any plan is made.
Wij werken volgens de methode van Toyota, maar zonder tijd ervoor.
Het idee van {{s. de boer}} ligt al een jaar in een la.
{{De zoon van de directeur}} krijgt elk project dat hij wil.
Vraag {{jolien}} van de administratie, die houdt alles bij.
Wie van ons vijven dit schreef weet de chef toch wel.
Dank aan de Zorg, de Techniek en alle anderen die meedachten.
""".strip().splitlines()
MARKED = re.compile(r"\{\{(.*?)\}\}")


def plain_and_spans(line):
    text, spans = "", []
    last = 0
    for found in MARKED.finditer(line):
        text += line[last : found.start()]
        spans.append((len(text), len(text) + len(found[1])))
        text += found[1]
        last = found.end()
    return text + line[last:], spans


def measured():
    """Return marked, covered, suggested and right over the corpus, with the misses."""
    marked = covered = suggested = right = 0
    wrong = []
    for line in CORPUS:
        text, spans = plain_and_spans(line)
        found = suggest_redactions(text)
        marked += len(spans)
        suggested += len(found)
        for start, end in spans:
            hit = any(f.start < end and start < f.end for f in found)
            left = [
                i
                for i in range(start, end)
                if text[i].isalnum() and not any(f.start <= i < f.end for f in found)
            ]
            # A title may stay: the name behind it must be gone.
            title = text[start:end].split()[0].rstrip(".").casefold()
            is_title = title in ("mevrouw", "mr", "dr") and len(left) <= len(title)
            covered += hit and (not left or is_title)
            if not hit or (left and not is_title):
                wrong.append(("missed", text[start:end]))
        for one in found:
            hit = any(one.start < end and start < one.end for start, end in spans)
            right += hit
            if not hit:
                wrong.append(("extra", text[one.start : one.end], one.reason))
    return marked, covered, suggested, right, wrong


def kinds(text, **options):
    return [
        (r.kind, text[r.start : r.end]) for r in suggest_redactions(text, **options)
    ]


def test_recall_and_precision_are_those_of_the_docstring():
    marked, covered, suggested, right, wrong = measured()
    told = " ".join(
        __import__("sys").modules[redact_function.__module__].__doc__.split()
    )

    assert f"{covered} of the {marked}" in told, wrong
    assert f"{right} of the {suggested}" in told, wrong


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("mail j.jansen@example.org maar", "email", "j.jansen@example.org"),
        ("mail jan(at)example(dot)org", "email", "jan(at)example(dot)org"),
        ("mail jan＠example.org", "email", "jan＠example.org"),
        ("bel 0612345678 nu", "phone", "0612345678"),
        ("bel 06 12 34 56 78 nu", "phone", "06 12 34 56 78"),
        ("bel 020-1234567 nu", "phone", "020-1234567"),
        ("bel +31(0)6-12345678 nu", "phone", "+31(0)6-12345678"),
        ("bel 0032 475 12 34 56 nu", "phone", "0032 475 12 34 56"),
        ("op NL91ABNA0417164300 graag", "iban", "NL91ABNA0417164300"),
        ("op nl91 abna 0417 1643 00 graag", "iban", "nl91 abna 0417 1643 00"),
        ("nummer 111222333 graag", "bsn", "111222333"),
        ("woont op 1234AB 56", "address", "1234AB 56"),
        ("zie www.example.org/x.", "link", "www.example.org/x"),
        ("vraag @janbakker eens", "handle", "@janbakker"),
        ("geboren op 03-04-1961 en", "date", "03-04-1961"),
        ("sinds 2024-03-12 wacht", "date", "2024-03-12"),
        ("geboren in 1961 dus", "date", "geboren in 1961"),
        ("auto AB-12-CD staat", "plate", "AB-12-CD"),
        ("badge 123456 is", "number", "123456"),
        ("volgens J.P. van der Meer kan", "name", "J.P. van der Meer"),
        ("tegen dhr. de Groot gezegd", "name", "de Groot"),
        ("mijn collega Sjonnie vindt", "name", "Sjonnie"),
        ("volgens jan zei de chef", "name", "jan"),
        ("dat van der Linden zegt", "name", "van der Linden"),
        ("als enige in dienst", "recognisable", "als enige"),
        ("een 58-jarige weet", "recognisable", "58-jarige"),
    ],
)
def test_each_shape_is_found_whole(text, kind, part):
    assert (kind, part) in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Het kost 10000 euro of € 25000 per jaar.",
        "In 2024 waren het er 12.500, nu 3,5 procent.",
        "Op maandag 2 uur overleg in Teams met het MT.",
        "Ik ben het er niet mee eens.",
        "De enige manier is meer tijd; the only way is up.",
        "Iedereen mag wil ik zeggen. Wil jij ook?",
        "May we please have more time? Will it help?",
        "Plan B. Daarna zien we verder.",
        "Ben ik de laatste die dat hoort?",
        "Sinds 2024 HR geen tijd meer heeft.",
        "Versie A-12-34 van het formulier.",
    ],
)
def test_ordinary_text_is_left_alone(text):
    assert kinds(text) == []


def test_names_of_units_are_found_whatever_their_case():
    found = kinds("bij team noord   zuid en in it zelf", names=["Noord Zuid", "IT"])

    assert ("unit", "noord   zuid") in found
    assert all(part != "it" for _, part in found)
    assert ("unit", "IT") in kinds("bij IT zelf", names=["IT"])


def test_a_language_narrows_the_cues():
    text = "ask husband Sjonnie"

    assert suggest_redactions(text, language="en")[0].reason == "role"
    assert suggest_redactions(text, language="nl")[0].reason == "capital"
    with pytest.raises(ValueError, match="`language` must be one of"):
        suggest_redactions(text, language="de")


def test_redacting_leaves_a_marker_and_the_rest_as_it_was():
    text = "Vraag Henk of mail henk@example.org, dank."

    assert redact(text) == f"Vraag {MARKER} of mail {MARKER}, dank."


def test_the_checks_on_numbers_know_right_from_wrong():
    assert is_iban("NL91ABNA0417164300") and not is_iban("NL91ABNA0417164301")
    assert is_iban("GB82WEST12345698765432") and not is_iban("NL91")
    assert is_citizen_number("111222333") and not is_citizen_number("111222334")
    assert not is_citizen_number("000000000")


def test_every_kind_and_reason_has_words():
    words = load_catalogue("comments")
    texts = [line.replace("{{", "").replace("}}", "") for line in CORPUS]
    found = [one for text in texts for one in suggest_redactions(text)]

    assert {one.kind for one in found} >= {"name", "email", "phone", "iban", "bsn"}
    for one in found:
        assert one.in_words("nl") != one.in_words("en") or words.has("kind.x")


@pytest.mark.parametrize(
    "piece",
    [
        "a@",
        "1-",
        "0 6 ",
        "A. ",
        "1 A ",
        "Aa-",
        "jan.nl.",
        "the only ",
        "a-b.c+",
        "Van de ",
        "jan ",
        "NL91 ABNA ",
        "www.",
        "[…]",
        "ik ben ",
    ],
)
def test_long_hostile_texts_take_no_time(piece):
    text = piece * (20_000 // len(piece))

    start = time.perf_counter()
    suggest_redactions(text)

    assert time.perf_counter() - start < 5
