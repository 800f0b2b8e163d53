"""The intake report as tables, page and record: complete, in two languages, no words
of anyone."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, fields, replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from builders import instrument
from diagnose.cli import main
from diagnose.language import load_catalogue
from diagnose.responses import read_responses
from diagnose.responses.account import (
    intake_page,
    intake_record,
    intake_sections,
    is_intake_file,
    not_asked,
    verdict,
)
from diagnose.responses.model import IntakeReport, MappedColumn
from diagnose.responses.rows.check import REASONS
from exports import SECRETS, drawn_answers, limesurvey, qualtrics

ASKED = instrument({"v": "v1 v2 v3- v4", "c": "c1 c2 c3"})
LANGUAGES = ("en", "nl")
RARE = "Soms wel, zegt Jannie"
UNIT = "Team van J. Jansen"
PEOPLE = ("Jannie", "Jansen", *SECRETS.values(), RARE, UNIT, "bakker", "KOPPEL7")


class Page(HTMLParser):
    """Notes the text, tags and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.words = [], [], {}, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.setdefault(tag, []).append(dict(attrs))
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def codes_of(n=60):
    return drawn_answers(ASKED, n)


@pytest.fixture
def clear(tmp_path):
    path = tmp_path / "clear.csv"
    path.write_bytes(limesurvey(codes_of(), ASKED, answers="long"))
    return read_responses(path, ASKED).report


@pytest.fixture
def seeded(tmp_path):
    """Return an export full of persons, in which much is wrong."""
    codes = codes_of()
    people = pd.DataFrame(
        {
            "unit": [UNIT, *["Night"] * 59],
            "role": ["bakker", *["floor"] * 59],
            "link": ["KOPPEL7"] * 60,
            "edition": [f"by {SECRETS['email']}"] * 60,
        }
    )
    path = tmp_path / "seeded.csv"
    content = limesurvey(codes, ASKED, answers="long", people=people)
    path.write_bytes(content.replace(b'"Agree"', f'"{RARE}"'.encode(), 2))
    return path


@pytest.fixture
def blocked(seeded):
    return read_responses(seeded, ASKED, units=[("Night",), ("Day",)]).report


def table_of(report, name, language="en"):
    (found,) = [s for s in intake_sections(report, language) if s.name == name]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_anyone_gets_into_page_record_or_tables(blocked, language):
    assert blocked.blocks_scoring
    shown = [
        intake_page([blocked], language),
        intake_record([blocked]),
        repr(intake_sections(blocked, language)),
        repr(blocked),
        verdict(blocked, language),
    ]
    for text in shown:
        assert not [one for one in PEOPLE if one in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_anyone_gets_to_the_terminal(
    seeded, tmp_path, monkeypatch, capsys, language
):
    monkeypatch.setattr(
        "diagnose.instrument.load_instrument", lambda *given, **options: ASKED
    )
    units = tmp_path / "organisation.csv"
    units.write_text("team,n_members\nNight,9\nDay,9\n", encoding="utf-8")
    common = ["--organisation", str(units), "--levels", "team", "--language", language]

    assert main(["check", str(seeded), *common]) == 1
    shown = capsys.readouterr()
    assert main(["check", str(seeded), *common, "--output", str(tmp_path / "r.json")])
    page = (tmp_path / "r.json").read_text("utf-8")

    for text in (shown.out, shown.err, page, *capsys.readouterr()):
        flat = " ".join(text.split())
        assert not [one for one in PEOPLE if one in flat]
    assert "R082" in shown.out


def test_what_blocks_is_listed_with_its_way_out(blocked):
    table = table_of(blocked, "problems")

    found = [row[0] for row in table.rows]
    assert found == [p.code for p in (*blocked.problems, *blocked.direction)]
    assert {"R048", "R059", "R082"} <= set(found)
    assert all(row[2] and row[3] for row in table.rows)
    assert str(len(found)) in verdict(blocked, "en")


def test_a_clear_file_has_no_table_of_problems(clear):
    names = [section.name for section in intake_sections(clear, "en")]

    assert names[:2] == ["file", "rows"]
    assert "problems" not in names
    assert verdict(clear, "en") == "Ready to be scored."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_is_accounted_for_once(clear, language):
    mapped = [row[0] for row in table_of(clear, "mapped", language).rows]
    dropped = [row[0] for row in table_of(clear, "dropped", language).rows]

    assert len(mapped) + len(dropped) == 6 + 7 + 2
    assert not set(mapped) & set(dropped)
    assert {"ipaddr", "refurl", "first"} <= set(dropped)


def test_rows_add_up_and_the_rule_stands_beside_them(tmp_path):
    content = qualtrics(
        codes_of(6),
        ASKED,
        status=["IP Address", "Survey Preview", "Spam", *["IP Address"] * 3],
        finished=["True", "True", "True", "False", "True", "True"],
    )
    path = tmp_path / "q.csv"
    path.write_bytes(content)
    report = read_responses(path, ASKED).report

    rows = {row[0]: row[1:] for row in table_of(report, "rows").rows}
    assert rows["rows in the file"][0] == "6"
    assert rows["preview"] == ("1", "left out")
    assert rows["spam"] == ("1", "left out")
    assert rows["not finished"] == ("1", "left out")
    assert rows["respondents kept"][0] == "3"


@pytest.mark.parametrize("duplicates", ["last", "first"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_rule_has_words(clear, duplicates, language):
    rules = {"partials": "drop", "trials": "drop", "duplicates": duplicates}
    excluded = dict.fromkeys(REASONS, 1)
    report = replace(clear, excluded=excluded, rules=rules)

    rows = table_of(report, "rows", language).rows[1:-1]

    assert len(rows) == len(REASONS)
    assert all(all(row) for row in rows)
    assert len({row[0] for row in rows}) == len(REASONS)


@pytest.mark.parametrize(
    "codes_by", ["labels", "edition", "definition", "person", "nothing"]
)
@pytest.mark.parametrize("answers_as", ["codes", "labels", "mixed"])
def test_every_proof_has_words(clear, codes_by, answers_as):
    report = replace(clear, codes_by=codes_by, answers_as=answers_as)

    for language in LANGUAGES:
        assert len(table_of(report, "file", language).rows) >= 6


@pytest.mark.parametrize("how", ["mapping", "code", "text"])
@pytest.mark.parametrize(
    ("target", "english", "dutch"),
    [
        ("unit.team", "unit team", "eenheid team"),
        ("unit", "unit", "eenheid"),
        ("v1", "v1", "v1"),
        ("link", "link code, hashed", "koppelcode, versleuteld"),
    ],
)
def test_targets_are_named_in_words(clear, target, english, dutch, how):
    column = MappedColumn(column="x", target=target, how=how)
    report = replace(clear, mapped=(column,))

    assert table_of(report, "mapped").rows[0][1] == english
    assert table_of(report, "mapped", "nl").rows[0][1] == dutch


def test_both_readings_of_the_direction_stand_in_the_page(tmp_path):
    codes = codes_of(120)
    turned = codes.assign(
        v3=codes["v3"].map(lambda c: str(6 - int(c)) if c.isdigit() else c)
    )
    path = tmp_path / "t.csv"
    path.write_bytes(limesurvey(turned, ASKED, answers="long"))
    report = read_responses(path, ASKED).report

    rows = {row[0]: row for row in table_of(report, "direction", "nl").rows}
    one = next(d for d in report.item_rest if d.item == "v3")
    assert rows["v3"][3] == f"{one.estimate:.2f}".replace("-", "−").replace(".", ",")
    assert rows["v3"][5] == f"{one.turned:.2f}".replace(".", ",")
    assert rows["v3"][6] == "tegen de sleutel in"
    page = " ".join(Page(intake_page([report], "nl")).words)
    assert rows["v3"][3] in page and rows["v3"][5] in page
    assert "R050" in page


def test_an_item_that_does_not_vary_has_dashes(clear):
    flat = replace(
        clear.item_rest[0], estimate=np.nan, conf_low=np.nan, conf_high=np.nan,
        turned=np.nan,
    )  # fmt: skip
    report = replace(clear, item_rest=(flat,))

    row = table_of(report, "direction").rows[0]
    assert row[3:6] == ("–", "–", "–")
    assert json.loads(intake_record([report]))[0]["item_rest"][0]["estimate"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_items_without_a_column_are_named(clear, language):
    report = replace(clear, not_asked=("v1", "c2"))

    assert not_asked(clear, language) == ""
    assert "v1, c2" in not_asked(report, language)
    assert "v1, c2" in intake_page([report], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_asks_nothing_of_a_network(blocked, clear, language):
    text = intake_page([blocked, clear], language)
    page = Page(text)

    assert page.open == []
    assert page.attributes["html"][0]["lang"] == language
    assert page.tags.count("h1") == 1
    assert page.tags.count("h2") == 2
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert "http" not in text
    assert text == intake_page([blocked, clear], language)


def test_headings_of_an_export_stay_text(clear):
    hostile = '<script>alert("x")</script>{{ 7*7 }}&amp;'
    report = replace(clear, dropped=(hostile,), source=hostile)

    page = Page(intake_page([report], "en"))

    assert "script" not in page.tags
    assert page.words.count(hostile) == 3  # heading, file and columns not read


def test_the_record_is_the_report(blocked):
    (record,) = json.loads(intake_record([blocked]))

    assert set(record) == {field.name for field in fields(IntakeReport)}
    assert record["n_kept"] == blocked.n_kept
    assert [p["code"] for p in record["problems"]] == [p.code for p in blocked.problems]
    assert record["item_rest"][0]["estimate"] == blocked.item_rest[0].estimate
    assert asdict(blocked)["rules"] == record["rules"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_pages_and_records_are_known_again(blocked, language):
    assert is_intake_file(intake_page([blocked], language).encode("utf-8"))
    assert is_intake_file(intake_record([blocked]).encode("utf-8"))


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"[1]", b'[{"source": "x"}]', b"<html></html>", b"\xff\xfe",
     b"[" * 5000, b'name;"diagnose check"'],
)  # fmt: skip
def test_other_files_are_not_taken_for_them(content):
    assert not is_intake_file(content)


def test_a_language_that_is_not_spoken_is_refused(clear):
    for function in (intake_sections, lambda r, language: intake_page([r], language)):
        with pytest.raises(ValueError, match="`language` must be one of"):
            function(clear, "de")


def test_the_dutch_words_are_informal():
    texts = " ".join(
        entry["nl"]
        for section in ("intake", "organisation", "fielding", "cli")
        for entry in load_catalogue(section).entries.values()
    )

    assert not re.findall(r"\b[Uu]w?\b", texts)
