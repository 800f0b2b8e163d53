"""``diagnose plan``: what it prints, in both languages, and what it refuses."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys

import pandas as pd
import pytest

from diagnose.cli import main
from diagnose.statistics.planning import PlanAssumptions, plan_mean, plan_team

SETTINGS = """\
title: {en: "Try", nl: "Proef"}
instrument: bottom-up
organisation: {file: organisation.csv, levels: [department, team], members: people}
waves:
  - {label: "1", file: responses/export.csv, date: "2026-05-01"}
"""
PEOPLE = "department,team,people\nA,A1,4\nA,A2,20\nB,B1,6\nB,B2,11\n"


@pytest.fixture
def folder(tmp_path):
    """Return an assessment folder whose export is not there yet."""
    (tmp_path / "assessment.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "organisation.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


def plan(capsys, *words, language="en"):
    """Return exit code, output and errors of one command."""
    code = main(["plan", *words, "--language", language])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


ASKED = {
    "mean": ["mean", "--teams", "12"],
    "mean needed": ["mean", "--target", "0.2"],
    "finite": ["mean", "--teams", "9", "--organisation-teams", "12"],
    "team": ["team", "--answers", "6"],
    "team needed": ["team", "--target", "0.6"],
    "reliability": ["team", "--wish", "reliability", "--answers", "9"],
    "reliability needed": ["team", "--wish", "reliability", "--target", "0.6"],
    "difference": ["team", "--wish", "difference", "--answers", "9"],
    "difference needed": ["team", "--wish", "difference", "--target", "1.2"],
    "gap": ["gap", "--teams", "20", "--leaders", "2"],
    "gap needed": ["gap", "--target", "0.5"],
    "change": ["change", "--teams", "14", "--waves", "6", "--sd", "1"],
    "change needed": ["change", "--target", "0.3", "--same-people", "60%"],
    "driver": ["drivers", "--teams", "30"],
    "driver needed": ["drivers", "--target", "0.25", "--predictors", "4"],
    "explained": ["drivers", "--wish", "r_squared", "--teams", "30"],
    "explained needed": ["drivers", "--wish", "r_squared", "--target", "0.1"],
}


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("words", ASKED.values(), ids=ASKED)
def test_every_question_is_answered_in_both_languages(capsys, words, language):
    code, out, err = plan(capsys, *words, language=language)

    assert (code, err) == (0, "")
    assert ("assumed:" in out) == (language == "en")
    assert ("aangenomen:" in out) == (language == "nl")
    assert ("Formula:" in out) == (language == "en")
    assert "nan" not in out
    assert "{" not in out


ENGLISH = {
    *("by", "for", "of", "its", "another", "wave", "waves", "shift", "divided"),
    *("leaders", "response", "predictors", "predictor", "the", "adjusted", "variance"),
}


@pytest.mark.parametrize("words", ASKED.values(), ids=ASKED)
def test_the_formula_has_no_english_words_in_dutch(capsys, words):
    _, out, _ = plan(capsys, *words, language="nl")
    (formula,) = [line for line in out.splitlines() if line.startswith("Formule:")]

    assert not ENGLISH & set(re.findall("[a-z]+", formula))


def test_the_numbers_are_those_of_the_function(capsys):
    _, out, _ = plan(
        capsys, "mean", "--teams", "12", "--icc", "0.2", "--response", "65%"
    )

    given = PlanAssumptions(icc=0.2, response=0.65)
    expected = plan_mean(n_teams=12, assumptions=given)
    assert f"known to {expected.estimate:.2f} points" in out
    assert f"{expected.df:.1f}" in out


def test_a_decimal_comma_is_understood(capsys):
    _, point, _ = plan(capsys, "mean", "--target", "0.25")
    _, comma, _ = plan(capsys, "mean", "--target", "0,25")

    assert point == comma


def test_json_is_unrounded_and_whole(capsys):
    code, out, _ = plan(
        capsys, "team", "--wish", "difference", "--answers", "9", "--json"
    )

    record = json.loads(out)
    expected = plan_team(answers=9, wish="difference")
    assert code == 0
    assert record["estimate"] == expected.estimate
    assert record["target"] is None
    assert record["correction"] == "benjamini-hochberg"


def test_csv_holds_the_check_too(capsys):
    words = ("gap", "--teams", "15", "--csv", "--check", "--simulations", "200")
    _, out, _ = plan(capsys, *words)

    frame = pd.read_csv(io.StringIO(out))
    assert len(frame) == 1
    assert frame.loc[0, "check_quantity"] == "power"
    assert frame.loc[0, "check_n_simulations"] == 200


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["mean", "--teams", "20"], {"en": "held the truth", "nl": "de waarheid"}),
        (["change", "--teams", "20"], {"en": "was found", "nl": "gevonden"}),
        (
            ["team", "--wish", "reliability", "--answers", "9"],
            {"en": "reliability was", "nl": "de betrouwbaarheid"},
        ),
    ],
)
def test_a_check_stands_beside_the_formula(capsys, words, text, language):
    asked = (*words, "--check", "--simulations", "400")
    _, out, _ = plan(capsys, *asked, language=language)

    assert text[language] in out
    verdict = {"en": "agree within chance", "nl": "op toeval na overeen"}
    assert verdict[language] in out


def test_a_formula_on_the_safe_side_is_told_as_such(capsys):
    words = ("change", "--teams", "3", "--check", "--simulations", "4000")

    _, out, _ = plan(capsys, *words)

    assert "on the safe side" in out


def test_few_teams_and_small_teams_are_remarked_upon(capsys):
    assert "Few teams" in plan(capsys, "mean", "--teams", "4")[1]
    assert "not shown at all" in plan(capsys, "team", "--answers", "4")[1]
    assert "Below 50" in plan(capsys, "drivers", "--teams", "5", "--predictors", "2")[1]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["mean"], "give either --target or --teams"),
        (["team"], "give either --target or --answers"),
        (["mean", "--target", "0.1", "--teams", "9"], "give either"),
        (["mean", "--teams", "9", "--waves", "3"], "--waves does not belong"),
        (["gap", "--teams", "9", "--wish", "margin"], "--wish does not belong"),
        (["team", "--answers", "9", "--wish", "r_squared"], "no wish 'r_squared'"),
        (["mean", "--target", "0.00001"], "no number of teams"),
        (["mean", "--teams", "9", "--organisation-teams", "5"], "at most the 5 teams"),
        (["drivers", "--teams", "2", "--predictors", "50"], "too few answers"),
        (["gap", "--teams", "2"], "do not go together"),
        (["median", "--teams", "9"], "'median' is no question"),
    ],
)
def test_what_cannot_be_planned_ends_with_1_and_a_reason(capsys, words, text):
    code, out, err = plan(capsys, *words)

    assert (code, out) == (1, "")
    assert text in err
    assert "Traceback" not in err


def test_a_refusal_is_dutch_when_dutch_was_asked(capsys):
    _, _, err = plan(capsys, "mean", "--teams", "9", "--waves", "3", language="nl")

    assert "hoort niet bij" in err


@pytest.mark.parametrize(
    "words",
    [
        ["--teams", "1"],
        ["--teams", "9", "--response", "150%"],
        ["--teams", "9", "--icc", "1"],
        ["--target", "0"],
        ["--target", "nan"],
        ["--teams", "9", "--simulations", "5"],
        ["--teams", "9", "--json", "--csv"],
    ],
)
def test_numbers_that_cannot_be_are_a_wrong_command(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["plan", "mean", *words])

    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_help_has_examples(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["plan", "--help"])

    assert ended.value.code == 0
    assert "diagnose plan mean --target 0.15" in capsys.readouterr().out


def test_a_folder_tells_which_units_can_be_shown(capsys, folder):
    code, out, _ = plan(capsys, str(folder))

    assert code == 0
    assert "Try: 6 units, 41 people" in out
    assert "1 of 6 units cannot be shown" in out
    assert "A / A1" in out
    assert "1 more have less than an even chance at 65%: B / B1" in out


def test_a_folder_in_dutch(capsys, folder):
    _, out, _ = plan(capsys, str(folder), language="nl")

    assert "Proef: 6 eenheden, 41 mensen" in out
    assert "kan niet" in out
    assert "weinig" in out


def test_the_present_folder_is_planned_when_nothing_is_named(
    capsys, folder, monkeypatch
):
    monkeypatch.chdir(folder)

    assert plan(capsys)[1].startswith("Try: 6 units")


def test_where_every_unit_is_large_enough_that_is_said(capsys, folder):
    people = "department,team,people\nA,A1,14\nA,A2,20\n"
    (folder / "organisation.csv").write_text(people, encoding="utf-8")

    assert "Every unit can be shown" in plan(capsys, str(folder))[1]


def test_units_as_csv_and_as_json_hold_the_same(capsys, folder):
    _, table, _ = plan(capsys, str(folder), "--csv")
    _, records, _ = plan(capsys, str(folder), "--json")

    frame = pd.read_csv(io.StringIO(table))
    found = pd.DataFrame(json.loads(records))
    assert list(found["n_65"]) == list(frame["n_65"])
    assert found["margin_80"].notna().sum() == frame["margin_80"].notna().sum()


def test_a_folder_takes_no_options_of_questions(capsys, folder):
    assert plan(capsys, str(folder), "--teams", "9")[0] == 1
    code, _, err = plan(capsys, str(folder), "--check")
    assert code == 1
    assert "--check does not belong" in err


def test_a_folder_without_head_counts_is_refused(capsys, folder):
    lines = [line for line in SETTINGS.splitlines() if "organisation" not in line]
    (folder / "assessment.yaml").write_text("\n".join(lines), encoding="utf-8")

    code, _, err = plan(capsys, str(folder))

    assert code == 1
    assert "names no organisation file" in err


def test_an_organisation_of_nobody_is_refused(capsys, folder):
    (folder / "organisation.csv").write_text(
        "department,team,people\nA,A1,0\n", encoding="utf-8"
    )

    assert "counts nobody" in plan(capsys, str(folder))[2]


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        ("assessment.yaml", "title: [", "Y001"),
        ("organisation.csv", "department,team\nA,A1\n", "A006"),
        ("organisation.csv", PEOPLE.replace("20", "many"), "A007"),
    ],
)
def test_a_folder_that_is_not_right_is_refused(capsys, folder, file, content, code):
    (folder / file).write_text(content, encoding="utf-8")

    ended, _, err = plan(capsys, str(folder))

    assert ended == 1
    assert "Traceback" not in err
    assert code in err


def test_a_missing_organisation_file_is_still_missing(capsys, folder):
    (folder / "organisation.csv").unlink()

    code, _, err = plan(capsys, str(folder))

    assert code == 1
    assert "A002" in err


def test_a_folder_that_is_no_assessment_is_refused(capsys, tmp_path):
    code, _, err = plan(capsys, str(tmp_path))

    assert code == 1
    assert "diagnose init" in err


def test_a_reader_who_has_seen_enough_ends_the_command_in_silence(folder):
    call = "import sys; from diagnose.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", call, "plan", str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        running.stdout.close()
        complaint = running.stderr.read()
        assert running.wait() == 0

    assert complaint == b""
