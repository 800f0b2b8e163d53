"""The page for the works council and the pack: whole, safe, and true to its sources."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import replace
from importlib import import_module

import pandas as pd
import pytest

from diagnose.disclosure import Thresholds
from diagnose.disclosure.files import FileAccount, FileAudit, audit_files
from diagnose.disclosure.ledger import Ledger, extend_ledger, withdraw_release
from diagnose.errors import Problem
from diagnose.language import load_catalogue
from diagnose.report import render_council
from diagnose.report.council import council_document, pack_document
from diagnose.report.council.checked import fingerprint
from diagnose.report.council.readers import output_of
from diagnose.report.council.telling import whole
from diagnose.report.document import Bullets, Fold, Heading, Paragraph, tables_in
from published import HIDDEN_WITH_IT, HOSTILE_LABELS, TOO_SMALL, make_publication
from quoted import quoted

LANGUAGES = ("en", "nl")
SECTIONS = [
    *("minute", "collected", "readers", "rules", "hidden", "checked", "limits"),
    *("earlier", "questions", "terms"),
]
PARTS = ["use", "record", "letter", "retention", "screening", "checklist"]
RULES = sorted(
    key.removeprefix("rule.")
    for key in load_catalogue("disclosure").entries
    if key.startswith("rule.")
)


def account(name, *, sha256="", n_texts=40):
    found = sha256 or hashlib.sha256(name.encode()).hexdigest()
    return FileAccount(
        name=name, sha256=found, n_numbers=7, n_texts=n_texts, n_offences=0
    )


AUDIT = FileAudit(
    files=(
        account("en/report.html", n_texts=12345),
        account("report.html", n_texts=54321),
        # A hash may begin with digits only, and then looks like somebody's number.
        account("tables.xlsx", sha256="123456789012" + "a" * 52),
        account("teams/care/day-shift/deck.pptx"),
    ),
    problems=(),
)


def texts_in(blocks):
    for block in blocks:
        if isinstance(block, Paragraph | Heading):
            yield block.text
        elif isinstance(block, Bullets):
            yield from block.items
        elif isinstance(block, Fold):
            yield block.summary
            yield from texts_in(block.blocks)
    for table in tables_in(blocks):
        yield table.caption
        yield table.note
        yield from (column.heading for column in table.columns)
        yield from (str(cell.value) for row in table.rows for cell in row)


def page_text(document, *sections):
    chosen = [s for s in document.sections if not sections or s.name in sections]
    return "\n".join(text for s in chosen for text in texts_in(s.blocks))


def rows_of(document, name):
    found = [t for s in document.sections for t in tables_in(s.blocks)]
    (table,) = [table for table in found if table.name == name]
    return [[cell.value for cell in row] for row in table.rows]


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def pages():
    return {
        language: council_document(make_publication(), AUDIT, language=language)
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def packs():
    return {
        language: pack_document(make_publication(), language=language)
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return a folder with all files that a works council receives."""
    folder = tmp_path_factory.mktemp("council")
    for language in LANGUAGES:
        (folder / language).mkdir()
        for name, content in render_council(
            make_publication(), AUDIT, language=language, ledger=Ledger()
        ):
            (folder / language / name).write_bytes(content)
    return folder


def test_page_has_every_section_in_both_languages(pages):
    for page in pages.values():
        assert [section.name for section in page.sections] == SECTIONS
        assert all(section.blocks for section in page.sections)


def test_pack_has_every_part_in_both_languages(packs):
    for pack in packs.values():
        assert [section.name for section in pack.sections] == PARTS
        assert all(section.blocks for section in pack.sections)


@pytest.mark.parametrize("document", ["page", "pack"])
def test_no_field_of_a_text_stays_open(pages, packs, document, language):
    found = {"page": pages, "pack": packs}[document][language]

    assert not re.search(r"[{}]", page_text(found))


def test_every_rule_of_the_log_is_explained(language):
    publication = make_publication()
    log = publication.suppressed.iloc[[0] * len(RULES)].copy()
    log["rule"] = RULES
    every = replace(publication, suppressed=log.reset_index(drop=True))

    page = council_document(every, AUDIT, language=language)

    told = page_text(page, "hidden")
    disclosure = load_catalogue("disclosure")
    assert len(RULES) >= 12
    for rule in RULES:
        assert disclosure.text(f"rule.{rule}", language) in told
        explained = disclosure.entries[f"explanation.{rule}"][language]
        assert explained.partition("{")[0] in told


def test_log_names_what_was_hidden_cell_by_cell(pages, language):
    log = rows_of(pages[language], "log")

    units = {row[2] for row in log}
    assert {f"Care › {TOO_SMALL}", f"Care › {HIDDEN_WITH_IT}"} <= units


def test_without_anything_hidden_the_page_says_so(language):
    publication = make_publication()
    none = replace(publication, suppressed=publication.suppressed.iloc[:0])

    page = council_document(none, AUDIT, language=language)

    said = load_catalogue("report").text("privacy.none", language)
    assert page_text(page, "hidden") == said


def test_printed_thresholds_are_those_of_the_publication(language):
    raised = Thresholds(
        scores=6, distributions=9, comments=11, group=7, response_rate=0.3
    )
    publication = replace(make_publication(), thresholds=raised)

    page = council_document(publication, AUDIT, language=language)
    pack = pack_document(publication, language=language)

    printed = [row[1] for row in rows_of(page, "thresholds")]
    assert printed == ["6", "9", "11", "7", "30%" if language == "en" else "30 %"]
    note = load_catalogue("council").text("rules.example_note", language, scores=6)
    assert note in page_text(page, "rules")
    own = load_catalogue("council").text("limits.own", language, scores=6, others=5)
    assert own in page_text(page, "limits")
    named = load_catalogue("council_pack").text("fact.rules", language)
    rules = dict(pack.facts)[named]
    assert re.findall(r"\d+", rules) == ["6", "9", "11", "7"]


def test_default_thresholds_need_no_note_on_the_example(pages, language):
    note = load_catalogue("council").text("rules.example_note", language, scores=5)

    assert note not in page_text(pages[language], "rules")
    assert [row[1] for row in rows_of(pages[language], "thresholds")] == [
        *("5", "8", "10", "5")
    ]


def test_worked_example_hides_two_teams_where_the_threshold_hides_one(pages, language):
    catalogue = load_catalogue("council")
    hidden = catalogue.text("rules.is_hidden", language)
    table = rows_of(pages[language], "example")

    assert sum(row[1] == hidden for row in table) == 1
    assert sum(row[2] == hidden for row in table) == 2


def test_search_finds_nothing_in_page_and_pack(written):
    audit = audit_files(written, make_publication())

    assert audit.problems == ()
    assert {file.name for file in audit.files} == {
        f"{language}/{name}"
        for language in LANGUAGES
        for name in ("data-protection.docx", "disclosure.html")
    }


def test_no_number_stands_beside_a_hidden_team(pages, language):
    waves = make_publication().waves
    for section in pages[language].sections:
        for table in tables_in(section.blocks):
            for row in table.rows:
                told = " | ".join(f"{cell.value} {cell.small}" for cell in row)
                if TOO_SMALL not in told and HIDDEN_WITH_IT not in told:
                    continue
                for wave in waves:
                    told = told.replace(wave, "")
                assert not re.search(r"\d[.,]\d|\d\s?%", told)
                assert table.name == "log"


def test_every_searched_file_stands_on_the_page(pages, language):
    table = rows_of(pages[language], "searched")

    assert [row[0] for row in table] == [file.name for file in AUDIT.files]
    assert table[2] == ["tables.xlsx", "1234 5678 9012", "7", "40", "0"]
    assert table[0][3] == "12\u202f345"


def test_kinds_add_up_to_all_files(pages, language):
    *kinds, total = rows_of(pages[language], "kinds")

    assert [row[0] for row in kinds] == [".html", ".pptx", ".xlsx"]
    assert total[1:] == ["4", "28", "66\u202f746", "0"]


def test_a_failed_search_is_told_without_what_was_found(language):
    problem = Problem(
        code="D043", place="report.html", message="holds “somebody's words”"
    )
    failed = replace(AUDIT, problems=(problem, problem))

    page = council_document(make_publication(), failed, language=language)

    told = page_text(page)
    assert load_catalogue("files").text("passed", language) not in told
    assert load_catalogue("council").text("minute.failed", language) in told
    assert load_catalogue("council").text("checked.failed", language, n=2) in told
    assert "somebody's words" not in told


def test_ledger_shows_releases_and_why_one_was_withdrawn(language):
    publication = make_publication()
    ledger = extend_ledger(Ledger(), publication, {"report.html": "0" * 64})
    ledger = withdraw_release(ledger, 1, "wrong <b>period</b>\x07")

    page = council_document(publication, AUDIT, language=language, ledger=ledger)

    (release,) = ledger.releases
    (row,) = rows_of(page, "releases")
    cells = whole(len(release.cells) + len(release.answers))
    assert row[0].endswith(" 1")
    assert row[0] != "1"  # a unit may have that name
    assert row[1:5] == ["2026-1", "2026-02-01", cells, "1"]
    assert row[5].endswith("wrong <b>period</b>")


@pytest.mark.parametrize(
    ("ledger", "key"), [(None, "earlier.unknown"), (Ledger(), "earlier.none")]
)
def test_no_ledger_is_not_an_empty_ledger(language, ledger, key):
    page = council_document(make_publication(), AUDIT, language=language, ledger=ledger)

    said = load_catalogue("council").text(key, language)
    assert page_text(page, "earlier").endswith(said)


def test_every_question_is_printed_word_for_word(pages, language):
    instrument = make_publication().instrument
    told = page_text(pages[language], "collected")

    for item in (*instrument.closed_items, *instrument.open_items):
        for text in item.text.values():
            assert text[language] in told


def test_columns_that_were_not_read_are_named(language):
    publication = make_publication()
    intake = [
        {
            "source": "a<b>.csv",
            "platform": "limesurvey",
            "dropped": ["IP address", "=1+1", *(f"c{n}" for n in range(40))],
            "not_asked": ["v1"],
        }
    ]
    known = replace(publication, provenance={"intake": intake})

    ((file, _, dropped, not_asked),) = rows_of(
        council_document(known, AUDIT, language=language), "files"
    )

    assert (file, not_asked) == ("a<b>.csv", "v1")
    assert dropped.startswith("IP address, =1+1, c0")
    assert dropped.endswith("c27 + 12")


def test_own_words_are_told_to_be_quoted_only_where_they_are(language):
    asked = quoted({"first": [f"reply {n}" for n in range(12)]})
    used = rows_of(council_document(asked, AUDIT, language=language), "known")[1]
    unused = rows_of(
        council_document(make_publication(), AUDIT, language=language), "known"
    )[1]

    catalogue = load_catalogue("council")
    assert used[2] == catalogue.text("collected.own_for", language)
    assert unused[2] == catalogue.text("collected.own_unused", language)


@pytest.mark.parametrize("linked", [False, True])
def test_link_code_is_told_where_people_were_followed(monkeypatch, language, linked):
    publication = make_publication()
    frame = pd.DataFrame({"wave": ["2026-1"]}) if linked else pd.DataFrame()
    module = import_module("diagnose.disclosure.audit")
    monkeypatch.setattr(module, "audit", lambda _: None)
    followed = replace(publication, change=replace(publication.change, linked=frame))

    known = rows_of(council_document(followed, AUDIT, language=language), "known")

    key = "link_for" if linked else "link_none"
    said = load_catalogue("council").text(f"collected.{key}", language)
    assert said in [row[2] for row in known]


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("report.html", "report"),
        ("nl/report.pdf", "report"),
        ("teams/report/tables.xlsx", "teams"),
        ("en/teams/care/deck.pptx", "teams"),
        ("handbook/index.html", "handbook"),
        ("figures/en/profile.svg", "figures"),
        ("nl", "other"),
        ("elsewhere/report.html", "other"),
        ("data-protection.docx", "pack"),
    ],
)
def test_files_are_counted_under_their_output(name, output):
    assert output_of(name) == output


def test_outputs_that_were_not_written_are_not_promised(pages, language):
    catalogue = load_catalogue("council")
    named = [row[0] for row in rows_of(pages[language], "outputs")]

    assert catalogue.text("readers.teams", language) in named
    assert catalogue.text("readers.deck", language) not in named


def test_fingerprint_is_no_long_number():
    assert fingerprint("123456789012" + "f" * 52) == "1234 5678 9012"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (1234567, "1\u202f234\u202f567")]
)
def test_whole_numbers_have_no_mark_that_could_be_a_decimal(number, text):
    assert whole(number) == text


def test_same_input_gives_the_same_files(written, language):
    again = render_council(
        make_publication(), AUDIT, language=language, ledger=Ledger()
    )

    for name, content in again:
        assert content == (written / language / name).read_bytes()


def test_hostile_title_comes_out_harmless_and_whole(language):
    hostile = '<script>alert(1)</script> \u202e=1+1 & "team"'
    named = replace(make_publication(), title={"en": hostile, "nl": hostile})

    files = dict(render_council(named, AUDIT, language=language))

    page = files["disclosure.html"].decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    with zipfile.ZipFile(io.BytesIO(files["data-protection.docx"])) as pack:
        text = pack.read("word/document.xml").decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_pack_is_a_template_and_says_so_first(packs, language):
    first = next(texts_in(packs[language].sections[0].blocks))

    assert first == load_catalogue("council_pack").text("use.advice", language)


def test_pack_leaves_open_what_no_publication_knows(packs, language):
    rows = rows_of(packs[language], "record")
    open_places = [row[0] for row in rows if row[1].startswith("[…")]

    # joint controller, officer, basis, processors, time limits, author
    assert len(open_places) == 6
    assert all(row[1] for row in rows)
    assert not re.search(r"[\w.]+@[\w.]+", page_text(packs[language]))
    for part in ("retention", "screening", "checklist"):
        assert all(row[-1].startswith("[…") for row in rows_of(packs[language], part))


def test_pack_has_every_field_of_the_record(packs):
    named = {row[0] for row in rows_of(packs["en"], "record")}

    for field in (
        "Controller, with contact details",
        "Purpose",
        "Categories of people",
        "Categories of personal data",
        "Recipients",
        "Transfers outside the European Economic Area",
        "Time limits for erasure",
        "Security measures (article 32)",
    ):
        assert field in named


def test_only_the_dutch_pack_names_the_dutch_law(packs):
    dutch, english = (page_text(packs[one], "checklist") for one in ("nl", "en"))

    assert "artikel 27 lid 1" in dutch
    assert "onderdeel k" in dutch
    assert "onderdeel l" in dutch
    assert "jurist" in dutch
    assert "27" not in english
    assert "lawyer" in english


def test_dutch_is_informal(pages, packs):
    for document in (pages["nl"], packs["nl"]):
        assert not re.findall(r"\b(?:u|uw|uzelf)\b", page_text(document), re.IGNORECASE)


@pytest.mark.parametrize(
    ("key", "promise"),
    [
        ("purpose", "not to judge people, and not to choose who stays or goes"),
        ("free", "Taking part is voluntary."),
        ("collected", "You are not asked for your name or e-mail address."),
        ("linked", "pseudonymous, not anonymous"),
        ("shown", "cannot be worked out from the rest"),
    ],
)
def test_letter_promises_what_the_questionnaire_promises(packs, key, promise):
    asked = load_catalogue("fielding").entries[f"privacy.{key}"]["en"]

    assert promise in " ".join(asked.split())
    assert promise in page_text(packs["en"], "letter")


@pytest.mark.parametrize("given", ["not a publication", None])
def test_council_refuses_what_is_no_publication(given):
    with pytest.raises(TypeError, match="Publication"):
        render_council(given, AUDIT)


def test_council_refuses_an_unknown_language():
    with pytest.raises(ValueError, match="language"):
        render_council(make_publication(), AUDIT, language="fr")


def test_names_of_units_that_look_like_the_pages_own_words_stay_safe(tmp_path):
    publication = make_publication(HOSTILE_LABELS)
    ledger = extend_ledger(Ledger(), publication, {"report.html": "0" * 64})

    for language in LANGUAGES:
        (tmp_path / language).mkdir()
        for name, content in render_council(
            publication, AUDIT, language=language, ledger=ledger
        ):
            (tmp_path / language / name).write_bytes(content)

    assert audit_files(tmp_path, publication).problems == ()
    page = (tmp_path / "nl" / "disclosure.html").read_text(encoding="utf-8")
    assert "<b>=1+1</b>" not in page
    assert "&lt;b&gt;=1+1&lt;/b&gt;" in page


def test_what_a_publication_does_not_tell_is_said_in_words(monkeypatch, language):
    publication = make_publication()
    module = import_module("diagnose.disclosure.audit")
    monkeypatch.setattr(module, "audit", lambda _: None)
    roles = publication.participation.roles.assign(n_respondents=float("nan"))
    bare = replace(
        publication,
        hierarchy=(),
        instrument=publication.instrument.model_copy(update={"open_items": ()}),
        participation=replace(publication.participation, roles=roles),
        suppressed=publication.suppressed.iloc[:0],
    )

    page = council_document(bare, AUDIT, language=language)
    pack = pack_document(bare, language=language)

    council = load_catalogue("council")
    told = page_text(page)
    for key in ("minute.whom_hidden", "collected.own_none", "collected.unit_none"):
        assert council.text(key, language) in told
    assert council.text("collected.open", language) not in told
    none = load_catalogue("council_pack").text("record.no_levels", language)
    assert f"({none})" in page_text(pack, "record")
    quoting = load_catalogue("council_pack").entries["letter.quoted"][language]
    assert quoting.partition("{")[0] not in page_text(pack, "letter")
