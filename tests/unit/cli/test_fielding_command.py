"""``diagnose survey export``: a survey for any tool, from an instrument or a folder."""

from __future__ import annotations

import pytest

from diagnose.cli import main
from diagnose.instrument import load_instrument
from diagnose.instrument.export import edition_of
from diagnose.instrument.export.targets import TARGET_NAMES
from diagnose.instrument.units import unit_code

LANGUAGES = ("en", "nl")
SETTINGS = """
title: {nl: "Acme"}
instrument: pulse
languages: [nl]
organisation: {file: organisation.csv, levels: [division, team]}
waves:
  - {label: "1", file: responses/export.csv, date: "2026-01-31"}
fielding:
  change: {nl: "het nieuwe roosteren"}
  contact: {nl: "vragen@example.org"}
  retention: "2027-01-31"
  link: true
"""
UNITS = "division,team,n_members\nCare,Night,12\nCare,Day,3\n"


@pytest.fixture
def acme(tmp_path):
    """Return an assessment folder whose survey is still to be fielded."""
    base = tmp_path / "acme"
    base.mkdir()
    (base / "assessment.yaml").write_text(SETTINGS, encoding="utf-8")
    (base / "organisation.csv").write_text(UNITS, encoding="utf-8")
    return base


def export(*arguments, language="en"):
    return main(["survey", "export", *map(str, arguments), "--language", language])


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_tool_all_tools_are_listed(tmp_path, monkeypatch, capsys, language):
    monkeypatch.chdir(tmp_path)

    assert export("pulse", language=language) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in TARGET_NAMES)
    assert names(tmp_path) == []


@pytest.mark.parametrize("target", TARGET_NAMES)
def test_every_tool_gets_its_files_and_a_word_on_what_to_do(tmp_path, capsys, target):
    out = tmp_path / "out"

    assert export("pulse", "--to", target, "--output", out, language="nl") == 0
    shown = capsys.readouterr().out
    assert names(out)
    assert all(name in shown for name in names(out))
    assert len(shown.splitlines()) > len(names(out))


def test_a_folder_says_languages_units_and_words(acme, tmp_path, capsys):
    out = tmp_path / "out"

    assert export(acme, "--to", "limesurvey", "--form", "floor", "--output", out) == 0
    text = (out / "pulse-floor-limesurvey.txt").read_text("utf-8-sig")
    for part in (
        "het nieuwe roosteren",
        "vragen@example.org",
        "Care / Night",
        unit_code(("Care", "Day")),
        edition_of(load_instrument("pulse")),
    ):
        assert part in text
    assert "\ten\t" not in text
    assert "too few people to be shown on their own: 1" in capsys.readouterr().out


def test_what_is_typed_goes_before_what_the_folder_says(acme, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("team,n_members\nNacht,9\n", encoding="utf-8")
    settings = acme / "assessment.yaml"
    both = settings.read_text("utf-8").replace('{nl: "', '{en: "x", nl: "')
    settings.write_text(both, encoding="utf-8")
    typed = ["--in", "en,nl", "--organisation", other, "--levels", "team"]

    assert export(acme, "--to", "surveyjs", *typed, "--output", tmp_path / "o") == 0
    text = (tmp_path / "o" / "pulse-floor-surveyjs.json").read_text("utf-8")
    assert "Nacht" in text and "Care" not in text
    assert '"default"' in text


def test_a_language_without_words_is_refused(acme, tmp_path, capsys):
    out = tmp_path / "out"

    assert export(acme, "--to", "word", "--in", "en", "--output", out) == 1
    assert "F013" in capsys.readouterr().err
    assert not out.exists()


def test_writing_twice_changes_nothing_and_other_files_stay(acme, tmp_path, capsys):
    out = tmp_path / "out"
    asked = [acme, "--to", "redcap", "--output", out]
    assert export(*asked) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    assert export(*asked) == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    first = next(iter(sorted(out.iterdir())))
    first.write_bytes(b"mine")
    capsys.readouterr()
    assert export(*asked, language="nl") == 1
    assert "F012" in capsys.readouterr().err
    assert first.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["pulse", "--to", "excel"], "F001"),
        (["pulse", "--to", "word", "--form", "boss"], "F002"),
        (["pulse", "--to", "word", "--in", "fr"], "F003"),
        (["pulse", "--to", "codebook", "--in", "fr"], "F003"),
        (["oric", "--to", "word"], "F004"),
        (["nope", "--to", "word"], "I0"),
        (["pulse", "--to", "word", "--organisation", "none.csv"], "R016"),
        (["pulse", "--to", "word", "--organisation", "u.csv"], "A006"),
        (
            ["pulse", "--to", "word", "--organisation", "u.csv", "--levels", "x,x"],
            "A023",
        ),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_exported_ends_with_1_and_the_way_out(
    tmp_path, monkeypatch, capsys, arguments, code, language
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "u.csv").write_text("team,people\nNight,9\n", encoding="utf-8")

    assert export(*arguments, language=language) == 1
    shown = capsys.readouterr()
    assert code in shown.err
    assert "Traceback" not in shown.err
    assert names(tmp_path) == ["u.csv"]


def test_an_order_that_a_tool_does_not_have_is_refused(acme, capsys, tmp_path):
    path = acme / "assessment.yaml"
    path.write_text(
        path.read_text("utf-8").replace("link: true", "order: random"), "utf-8"
    )

    assert export(acme, "--to", "word", "--output", tmp_path / "o") == 1
    assert "F005" in capsys.readouterr().err
    assert export(acme, "--to", "limesurvey", "--output", tmp_path / "o") == 0


@pytest.mark.parametrize(
    "line",
    [
        'retention: "2027-02-30"',
        'change: "<b>x</b>"',
        "order: alphabetical",
        "color: x",
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_words_about_fielding_are_refused(acme, capsys, tmp_path, line, language):
    path = acme / "assessment.yaml"
    path.write_text(path.read_text("utf-8").replace("link: true", line), "utf-8")
    if line.startswith(("retention", "change")):
        key = line.split(":")[0]
        kept = [
            one
            for one in path.read_text("utf-8").splitlines()
            if not one.strip().startswith(key) or one.strip() == line
        ]
        path.write_text("\n".join(kept), encoding="utf-8")

    assert (
        export(acme, "--to", "word", "--output", tmp_path / "o", language=language) == 1
    )
    shown = capsys.readouterr().err
    assert "fielding" in shown
    assert "Traceback" not in shown
    assert not (tmp_path / "o").exists()


def test_a_file_in_the_place_of_the_folder_is_told_in_words(tmp_path, capsys):
    (tmp_path / "o").write_text("mine", encoding="utf-8")

    assert export("pulse", "--to", "surveyjs", "--output", tmp_path / "o") == 1
    assert "cannot be read or written" in capsys.readouterr().err
    assert (tmp_path / "o").read_text("utf-8") == "mine"


def test_an_export_that_was_made_here_is_read_here(tmp_path, capsys):
    """The template for paper forms goes out, comes back filled in, and is clear."""
    out = tmp_path / "out"
    asked = ["--to", "spss", "--form", "floor", "--in", "en", "--output", out]
    assert export("pulse", *asked) == 0
    (template,) = [p for p in out.iterdir() if p.suffix == ".csv"]
    text = template.read_text("utf-8-sig")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    head = text.splitlines()[0].split(delimiter)
    edition = edition_of(load_instrument("pulse"))
    known = {"role": "floor", "edition": edition, "language": "en"}
    items = {item.id for item in load_instrument("pulse").closed_items}
    row = [
        known.get(h, "4" if h in items else "") for h in (h.strip('"') for h in head)
    ]
    lines = [delimiter.join(head), *[delimiter.join(row)] * 6]
    template.write_text("\n".join(lines) + "\n", encoding="utf-8")
    capsys.readouterr()

    assert main(["check", str(template), "--instrument", "pulse"]) == 0
