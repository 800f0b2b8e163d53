"""``diagnose check``: every way to call it, its exit codes, and what it never does."""

from __future__ import annotations

import json
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.cli import main
from diagnose.instrument import load_instrument
from diagnose.instrument.export import edition_of
from diagnose.instrument.units import unit_code

PULSE = load_instrument("pulse")
ITEMS = [item.id for item in PULSE.closed_items]
LANGUAGES = ("en", "nl")
UNITS = [("Care", "Night"), ("Care", "Day")]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    base = tmp_path_factory.mktemp("check") / "demo"
    assert main(["simulate", str(base), "--teams", "4", "--language", "en"]) == 0
    return base


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "demo")


def pulse_csv(tmp_path, *, edition=True, unit=None, n=8, name="pulse.csv"):
    head = [
        *ITEMS,
        "role",
        *(["edition"] if edition else []),
        *(["unit"] if unit else []),
    ]
    row = [*["4"] * len(ITEMS), "floor", *([edition_of(PULSE)] if edition else [])]
    lines = [",".join(head)] + [",".join([*row, *([unit] if unit else [])])] * n
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def organisation(tmp_path):
    path = tmp_path / "organisation.csv"
    rows = [f"{division},{team},9" for division, team in UNITS]
    path.write_text("\n".join(["division,team,n_members", *rows]), encoding="utf-8")
    return path


def check(*arguments, language="en", instrument="pulse"):
    asked = ["--instrument", instrument] if instrument else []
    return main(["check", *map(str, arguments), *asked, "--language", language])


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clear_export_ends_with_0_and_writes_nothing(tmp_path, capsys, language):
    path = pulse_csv(tmp_path)

    assert check(path, language=language) == 0
    shown = capsys.readouterr()
    assert {"en": "Ready to be scored", "nl": "In orde: de scores"}[
        language
    ] in shown.out
    assert shown.err == ""
    assert names(tmp_path) == ["pulse.csv"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_blocked_export_ends_with_1_and_the_way_out(tmp_path, capsys, language):
    path = pulse_csv(tmp_path, edition=False)

    assert check(path, language=language) == 1
    shown = capsys.readouterr().out
    assert "R046" in shown
    assert {"en": "Not ready", "nl": "Nog niet klaar"}[language] in shown


def test_the_verdict_stands_once_below_a_single_file(tmp_path, capsys):
    check(pulse_csv(tmp_path))

    assert capsys.readouterr().out.count("Ready to be scored.") == 1


def test_an_assessment_folder_is_read_as_it_says(folder, capsys):
    assert check(folder, instrument=None) == 0
    assert "export.csv" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["page.html", "record.json", "PAGE.HTML"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_written_and_replaced_by_a_later_one(tmp_path, name, language):
    path = pulse_csv(tmp_path)
    blocked = pulse_csv(tmp_path, edition=False, name="blocked.csv")
    output = tmp_path / name

    assert check(path, "--output", output, language=language) == 0
    first = output.read_text("utf-8")
    assert check(blocked, "--output", output, language=language) == 1
    second = output.read_text("utf-8")

    assert first != second
    assert "R046" in second and "R046" not in first
    assert names(tmp_path) == sorted(["blocked.csv", "pulse.csv", name])
    if name.endswith("json"):
        (record,) = json.loads(second)
        assert record["source"] == "blocked.csv"
    else:
        assert f'<html lang="{language}">' in second


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("mine.html", "C001"),
        ("mine.json", "C001"),
        ("folder.html", "C001"),
        ("pulse.csv", "C002"),
        ("report", "C002"),
        ("none/x.html", "C004"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_program_did_not_write_stays(tmp_path, capsys, name, code, language):
    path = pulse_csv(tmp_path)
    (tmp_path / "mine.html").write_text("<html>my own</html>", encoding="utf-8")
    (tmp_path / "mine.json").write_text('[{"my": "own"}]', encoding="utf-8")
    (tmp_path / "folder.html").mkdir()
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()}

    assert check(path, "--output", tmp_path / name, language=language) == 1

    shown = capsys.readouterr()
    assert code in shown.err
    assert shown.out == ""
    assert before == {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()}


def test_a_folder_without_rights_is_told_in_words(tmp_path, capsys, monkeypatch):
    from pathlib import Path

    def forbidden(*arguments, **options):
        raise PermissionError(13, "Permission denied", "x.html")

    path = pulse_csv(tmp_path)
    monkeypatch.setattr(Path, "write_text", forbidden)

    assert check(path, "--output", tmp_path / "x.html", language="nl") == 1
    assert "Een bestand kan niet worden gelezen" in capsys.readouterr().err


def test_a_definition_proves_codes(tmp_path, capsys):
    path = pulse_csv(tmp_path, edition=False)
    assert main(
        ["survey", "export", "pulse", "--to", "xlsform", "--form", "floor", "--output",
         str(tmp_path / "form")]
    ) == 0  # fmt: skip
    (definition,) = (tmp_path / "form").iterdir()

    assert check(path, "--definition", definition) == 0
    assert definition.name in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"not a survey", b"\x00\x01", b"{}"])
def test_a_definition_that_is_none_is_refused(tmp_path, capsys, content):
    path = pulse_csv(tmp_path)
    (tmp_path / "survey.qsf").write_bytes(content)

    assert check(path, "--definition", tmp_path / "survey.qsf") == 1
    assert "survey.qsf" in capsys.readouterr().err


def test_units_come_from_the_organisation_file(tmp_path, capsys):
    path = pulse_csv(tmp_path, unit=unit_code(UNITS[0]))
    common = ["--organisation", organisation(tmp_path), "--levels", "division, team"]

    assert check(path) == 1
    assert "R081" in capsys.readouterr().out
    assert check(path, *common) == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--platform", "paper"], "R083"),
        (["--mapping", "none.yaml"], "R036"),
        (["--definition", "none.qsf"], "R0"),
        (["--organisation", "none.csv"], "R0"),
        (["--levels", "team,team"], "A023"),
        (["--levels", "role"], "A023"),
        (["--instrument", "nope"], "I0"),
        (["--privacy", "--output", "x.html"], "C003"),
        (["--privacy", "--propose", "x.yaml"], "C003"),
        (["--propose", "x.yaml", "--output", "x.html"], "C003"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_options_that_cannot_be_followed_end_with_1_and_words(
    tmp_path, capsys, monkeypatch, options, code, language
):
    monkeypatch.chdir(tmp_path)
    path = pulse_csv(tmp_path)
    instrument = None if "--instrument" in options else "pulse"

    assert check(path, *options, language=language, instrument=instrument) == 1
    shown = capsys.readouterr()
    assert code in shown.err
    assert "Traceback" not in shown.err
    assert names(tmp_path) == ["pulse.csv"]


@pytest.mark.parametrize("command", [["check", "--privacy"], ["comments"], ["score"]])
def test_an_unknown_platform_is_refused_everywhere(tmp_path, capsys, command):
    name, *rest = command
    path = pulse_csv(tmp_path)

    assert main([name, str(path), *rest, "--platform", "paper"]) == 1
    assert "R083" in capsys.readouterr().err


@pytest.mark.parametrize(
    "option", ["mapping", "platform", "definition", "organisation", "levels"]
)
def test_what_an_assessment_folder_says_itself_is_no_option(folder, capsys, option):
    assert check(folder, f"--{option}", "plain", instrument=None) == 1
    shown = capsys.readouterr().err
    assert "C003" in shown
    assert f"--{option}" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_privacy_shows_columns_and_no_cell(folder, capsys, language):
    export = folder / "responses" / "export.csv"

    assert check(export, "--privacy", instrument=None, language=language) == 0
    shown = capsys.readouterr().out
    assert "ipaddr" in shown
    assert "192.0.2" not in shown


def test_privacy_looks_at_every_wave(folder, capsys):
    (folder / "responses" / "old.csv").write_bytes(
        (folder / "responses" / "export.csv").read_bytes().replace(b"ipaddr", b"IP_OLD")
    )
    settings = folder / "assessment.yaml"
    again = '  - {label: "0", file: responses/old.csv, date: "2020-01-01"}\n'
    settings.write_text(settings.read_text("utf-8") + again, encoding="utf-8")

    assert check(folder, "--privacy", instrument=None) == 0
    shown = capsys.readouterr().out
    assert "IP_OLD" in shown and "ipaddr" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_proposal_is_written_once_and_refused_until_confirmed(
    tmp_path, capsys, language
):
    path = pulse_csv(tmp_path)
    mapping = tmp_path / "mapping.yaml"

    assert check(path, "--propose", mapping, language=language) == 0
    first = mapping.read_text("utf-8")
    assert "confirmed: false" in first
    assert check(path, "--mapping", mapping, language=language) == 1
    assert "R056" in capsys.readouterr().err
    assert check(path, "--propose", mapping, language=language) == 1
    assert "C001" in capsys.readouterr().err
    assert mapping.read_text("utf-8") == first


def test_a_proposal_never_replaces_the_export(tmp_path, capsys):
    path = pulse_csv(tmp_path)
    before = path.read_bytes()

    assert check(path, "--propose", path) == 1
    assert path.read_bytes() == before


def offline_answers(base, n=4):
    base.mkdir()
    for number in range(n):
        record = {
            "survey": "pulse-floor", "edition": edition_of(PULSE), "role": "floor",
            "response": f"r{number}", **dict.fromkeys(ITEMS, "4"),
        }  # fmt: skip
        (base / f"{number}.json").write_text(json.dumps(record), encoding="utf-8")
    return base


def test_a_folder_of_offline_answers_is_one_export(tmp_path, capsys):
    assert check(offline_answers(tmp_path / "answers")) == 0
    shown = capsys.readouterr().out
    assert "answers" in shown
    assert "Ready to be scored" in shown


def test_a_folder_with_a_broken_answer_is_refused(tmp_path, capsys):
    base = offline_answers(tmp_path / "answers")
    (base / "2.json").write_text('{"v1": "4', encoding="utf-8")

    assert check(base) == 1
    assert "R1" in capsys.readouterr().err


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_folder_with_nothing_in_it_is_refused(tmp_path, capsys, language):
    assert check(tmp_path, language=language, instrument=None) == 1
    assert "A001" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00\xd8",
        b"PK\x03\x04junk",
        b"%PDF-1.7",
        b"a;b;c\n1;2\n",
        b"\n" * 99,
    ],
)
def test_hostile_files_end_with_1(tmp_path, capsys, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    for options in ([], ["--privacy"], ["--propose", str(tmp_path / "m.yaml")]):
        assert check(path, *options) == 1
        assert "R" in capsys.readouterr().err
    assert names(tmp_path) == ["x.csv"]


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_damaged_exports_end_with_0_or_1_and_never_break_down(tmp_path_factory, data):
    base = tmp_path_factory.mktemp("damaged")
    path = pulse_csv(base, unit=unit_code(UNITS[0]), n=3)
    content = bytearray(path.read_bytes())
    places = st.integers(0, len(content) - 1)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(places) % max(1, len(content))
        piece = data.draw(
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from([b'"', b",", b";", b"\n", b"\r", b"\x00", b"/", b"\t"]),
            )
        )
        content[place : place + data.draw(st.integers(0, 30))] = piece
    path.write_bytes(bytes(content))
    files = ["--organisation", organisation(base), "--levels", "division,team"]

    assert check(path, *data.draw(st.sampled_from([[], files]))) in (0, 1)
    assert check(path, "--propose", base / "m.yaml") in (0, 1)
    assert check(path, "--privacy") in (0, 1)
