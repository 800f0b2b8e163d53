"""The command line: what it prints, its exit codes, and that it never breaks down."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from diagnose.cli import main
from diagnose.instrument import list_instruments, load_instrument
from diagnose.instrument.export.codebook_files import codebook_csv
from diagnose.simulation import simulate, write_limesurvey_csv
from published import skip_figures


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return an assessment folder of a small synthetic organisation."""
    base = tmp_path_factory.mktemp("cli") / "demo"
    assert main(["simulate", str(base), "--teams", "6", "--language", "en"]) == 0
    return base


@pytest.fixture(scope="module")
def export(folder):
    return folder / "responses" / "export.csv"


def head_and_rows(export):
    text = export.read_text(encoding="utf-8-sig")
    lines = [line for line in text.splitlines() if line]
    return lines[0], lines[1:]


def test_help_has_an_example_for_every_command(capsys):
    for command in (
        *("init", "run", "check", "score", "report", "release", "handbook", "survey"),
    ):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        assert f"diagnose {command}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["walk"], ["run"], ["survey", "sing"]])
def test_a_command_that_is_not_understood_ends_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_run_writes_report_tables_and_provenance(
    folder, capsys, language, monkeypatch
):
    monkeypatch.setattr("diagnose.report.FORMATS", ("html", "xlsx"))
    skip_figures(monkeypatch)
    asked = ["--no-handbook", "--no-teams", "--language", language]
    code = main(["run", str(folder), *asked])

    assert code == 0
    shown = capsys.readouterr()
    assert "report.html" in shown.out
    output = folder / "output"
    assert {"report.html", "tables.xlsx", "provenance.json"} <= {
        path.name for path in output.iterdir()
    }
    provenance = json.loads((output / "provenance.json").read_text(encoding="utf-8"))
    assert "bottom-up" in json.dumps(provenance)


def test_the_same_input_gives_the_same_bytes(folder):
    asked = ["report", str(folder), "--format", "html", "--format", "xlsx"]
    main([*asked, "--language", "en"])
    names = ("report.html", "tables.xlsx", "provenance.json")
    first = [(folder / "output" / name).read_bytes() for name in names]

    main([*asked, "--language", "en"])

    assert [(folder / "output" / name).read_bytes() for name in names] == first


def test_check_and_score_print_and_write_nothing(folder, export, capsys):
    before = sorted(path.name for path in folder.iterdir())

    assert main(["check", str(folder), "--language", "nl"]) == 0
    assert "In orde: de scores kunnen worden berekend" in capsys.readouterr().out
    assert main(["score", str(export), "--language", "en"]) == 0
    assert "Voice and signal" in capsys.readouterr().out
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize("name", list_instruments())
def test_every_instrument_can_be_listed_shown_and_checked(name, capsys):
    assert main(["survey", "list"]) == 0
    assert name in capsys.readouterr().out
    assert main(["survey", "show", name]) == 0
    assert main(["survey", "check", name]) == 0
    assert main(["survey", "codebook", name]) == 0
    assert load_instrument(name).items[0].id in capsys.readouterr().out


def test_a_codebook_is_written_to_a_file_and_shown_without_one(tmp_path, capsys):
    target = tmp_path / "codebook.csv"
    asked = ["survey", "codebook", "pulse", "--language", "nl"]

    assert main([*asked, "--output", str(target)]) == 0
    capsys.readouterr()
    assert main(asked) == 0

    expected = codebook_csv(load_instrument("pulse"), "nl")
    assert target.read_bytes() == expected
    shown = capsys.readouterr().out
    assert shown.splitlines() == expected.decode("utf-8-sig").splitlines()


def test_a_codebook_does_not_replace_another_file(tmp_path, capsys):
    target = tmp_path / "letter.csv"
    target.write_text("mine", encoding="utf-8")

    assert main(["survey", "codebook", "pulse", "--output", str(target)]) == 1
    assert "F012" in capsys.readouterr().err
    assert target.read_text(encoding="utf-8") == "mine"


def test_an_instrument_that_lacks_the_reader_s_language_is_shown_in_its_own(
    tmp_path, capsys
):
    source = Path(str(resources.files("diagnose"))).parents[1] / "surveys" / "oric"
    content = YAML(typ="safe", pure=True).load(source / "instrument.yaml")
    only_english(content)
    path = tmp_path / "instrument.yaml"
    YAML().dump(content, path)

    for action in ("show", "check", "codebook"):
        assert main(["survey", action, str(path), "--language", "nl"]) == 0
        assert "mistake" not in capsys.readouterr().err


def only_english(node):
    """Leave the Dutch words out of an instrument."""
    for part in list(node.values()) if isinstance(node, dict) else node:
        if isinstance(part, dict):
            part.pop("nl", None)
            only_english(part)
        elif isinstance(part, list):
            only_english(part)


def mutate(export, tmp_path, change):
    """Write a changed copy of the export and return it."""
    path = tmp_path / "changed.csv"
    path.write_bytes(change(export.read_bytes()))
    return path


def renamed_label(content):
    return content.replace(b'"4"', b'"Mostly"')


def out_of_scale(content):
    return content.replace(b'"4"', b'"7"', 20)


def second_column(content):
    return content.replace(b'"v[v2]"', b'"v[v1]"', 1)


def utf_16_rubbish(content):
    return b"\xff\xfe" + b"\x00\xd8" * 40


HOSTILE = {
    "empty": (lambda content: b"", "R005"),
    "header only": (lambda content: content.split(b"\r\n")[0] + b"\r\n", "R007"),
    "unknown label": (renamed_label, "R042"),
    "outside the scale": (out_of_scale, "R043"),
    "two columns for one item": (second_column, "R040"),
    "broken UTF-16": (utf_16_rubbish, "R103"),
    "a picture": (lambda content: b"\x89PNG\r\n\x1a\n" + b"\x00" * 200, "R009"),
}


@pytest.mark.parametrize(("change", "code"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_hostile_exports_end_with_1_and_a_reason(
    folder, export, tmp_path, capsys, change, code, language, monkeypatch
):
    monkeypatch.setenv("DIAGNOSE_LANG", language)
    path = mutate(export, tmp_path, change)

    ended = main(["score", str(path), "--language", language])

    shown = capsys.readouterr()
    assert ended == 1
    assert "Traceback" not in shown.err
    assert code in shown.err
    assert sorted(item.name for item in tmp_path.iterdir()) == ["changed.csv"]


def test_a_refusal_speaks_the_language_that_was_asked_for(export, tmp_path, capsys):
    path = mutate(export, tmp_path, HOSTILE["empty"][0])

    assert main(["score", str(path), "--language", "nl"]) == 1
    dutch = capsys.readouterr().err
    assert main(["score", str(path), "--language", "en"]) == 1
    english = capsys.readouterr().err

    assert "niets geschreven" in dutch
    assert "leeg" in dutch
    assert "empty" in english


def test_utf_16_and_semicolons_are_read_all_the_same(export, tmp_path):
    text = export.read_text(encoding="utf-8-sig")
    assert '";"' in text
    path = tmp_path / "unicode.csv"
    path.write_text(text, encoding="utf-16")

    assert main(["score", str(path)]) == 0


def test_reversed_items_already_reversed_are_refused(tmp_path, capsys):
    instrument = load_instrument("bottom-up")
    responses = simulate(instrument, seed=4)
    for item in ("v3", "o4", "l3", "f4", "s3"):
        responses.answers[item] = 6 - responses.answers[item]
    path = write_limesurvey_csv(responses, tmp_path / "export.csv", language="en")

    assert main(["score", str(path)]) == 1
    assert "R05" in capsys.readouterr().err


def test_teams_called_na_and_none_are_teams(tmp_path):
    from diagnose.responses import read_responses

    instrument = load_instrument("bottom-up")
    names = {"team": ("NA", "None")}
    responses = simulate(
        instrument, seed=4, hierarchy=("team",), n_units=(2,), labels=names
    )
    path = write_limesurvey_csv(responses, tmp_path / "export.csv", language="en")

    assert set(read_responses(path, instrument).people["team"]) == {"NA", "None"}


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["run", "no-such-folder"], "diagnose init"),
        (["score", "no-such-file.csv"], "no-such-file.csv"),
        (["survey", "show", "buttom-up"], "bottom-up"),
        (["simulate", "x", "--instrument", "nope"], "bottom-up"),
    ],
)
def test_a_wrong_name_ends_with_1_and_the_way_out(
    arguments, part, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)

    assert main(arguments) == 1
    assert part in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_missing_export_is_refused_before_anything_is_written(tmp_path, capsys):
    main(["simulate", str(tmp_path / "a"), "--teams", "2"])
    (tmp_path / "a" / "responses" / "export.csv").unlink()

    assert main(["run", str(tmp_path / "a"), "--no-handbook"]) == 1
    assert "export.csv" in capsys.readouterr().err
    assert not (tmp_path / "a" / "output").exists()


def test_an_output_folder_with_other_files_is_left_alone(tmp_path, capsys):
    main(["simulate", str(tmp_path / "a"), "--teams", "4"])
    output = tmp_path / "a" / "output"
    output.mkdir()
    (output / "report.html").write_text("my own", encoding="utf-8")

    assert main(["run", str(tmp_path / "a"), "--no-handbook"]) == 1
    assert "report.html" in capsys.readouterr().err
    assert [path.name for path in output.iterdir()] == ["report.html"]
    assert (output / "report.html").read_text(encoding="utf-8") == "my own"


def test_any_other_file_in_the_output_folder_stops_the_run_at_once(tmp_path, capsys):
    main(["simulate", str(tmp_path / "a"), "--teams", "4"])
    output = tmp_path / "a" / "output"
    output.mkdir()
    (output / "letter.txt").write_text("mine", encoding="utf-8")

    assert main(["run", str(tmp_path / "a"), "--no-handbook"]) == 1
    assert "A010" in capsys.readouterr().err
    assert [path.name for path in output.iterdir()] == ["letter.txt"]


def test_the_same_export_twice_is_refused(tmp_path, capsys):
    base = tmp_path / "a"
    main(["simulate", str(base), "--teams", "4"])
    settings = base / "assessment.yaml"
    again = '  - {label: "2", file: responses/again.csv, date: "2026-06-30"}\n'
    settings.write_text(settings.read_text("utf-8") + again, encoding="utf-8")
    export = (base / "responses" / "export.csv").read_bytes()
    (base / "responses" / "again.csv").write_bytes(export)

    assert main(["check", str(base)]) == 1
    assert "A009" in capsys.readouterr().err


def test_units_that_the_organisation_file_lacks_are_named(tmp_path, capsys):
    base = tmp_path / "a"
    main(["simulate", str(base), "--teams", "4"])
    path = base / "organisation.csv"
    renamed = path.read_text("utf-8-sig").replace("Team 2", "Ploeg 2")
    path.write_text(renamed, encoding="utf-8")

    assert main(["check", str(base)]) == 1
    shown = capsys.readouterr().err
    assert "A016" in shown
    assert "Team 2" in shown


@pytest.mark.parametrize(
    "arguments",
    [["simulate", "x", "--seed", "-1"], ["simulate", "x", "--teams", "0"]],
)
def test_impossible_numbers_are_a_wrong_command(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2


def test_an_unknown_form_is_refused_with_those_that_exist(capsys):
    asked = ["survey", "export", "bottom-up", "--to", "word", "--form", "nope"]

    assert main(asked) == 1
    assert "floor, leader" in capsys.readouterr().err


def test_simulate_leaves_a_folder_in_use_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    assert main(["simulate", str(tmp_path)]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_mistake_of_the_program_is_told_as_such(monkeypatch, capsys):
    from diagnose.cli import commands

    def broken(chosen):
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr(commands, "run_survey", broken)
    monkeypatch.delenv("DIAGNOSE_DEBUG", raising=False)

    assert main(["survey", "list"]) == 70
    assert "not in your input" in capsys.readouterr().err
