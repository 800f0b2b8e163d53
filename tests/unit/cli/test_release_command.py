"""`diagnose release`, `run` and `report`: from a draft to what reached the client."""

from __future__ import annotations

import json

import pytest

from assessed import PLAIN, export_rows, make_folder, snapshot, write_export
from diagnose.cli import main


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    """Return the files of a folder with a draft in it."""
    folder = make_folder(tmp_path_factory.mktemp("draft") / "acme")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diagnose.report.render_council", lambda *_, **__: iter(()))
        assert main(["report", str(folder), "--format", "xlsx"]) == 0
    return snapshot(folder)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory, drafted):
    """Return the ledger after a release of that draft."""
    base = tmp_path_factory.mktemp("recorded") / "acme"
    put(base, drafted)
    assert main(["release", str(base)]) == 0
    return (base / "ledger.json").read_bytes()


@pytest.fixture
def given(folder, recorded):
    """Return a folder of which the draft was released."""
    (folder / "ledger.json").write_bytes(recorded)
    return folder


def put(base, files):
    for name, content in files.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_bytes(content)


@pytest.fixture
def folder(tmp_path, drafted, monkeypatch):
    """Return a fresh copy of that folder."""
    monkeypatch.setattr("diagnose.report.render_council", lambda *_, **__: iter(()))
    base = tmp_path / "acme"
    put(base, drafted)
    return base


@pytest.fixture
def speaking(monkeypatch, capsys):
    """Return a function that runs a command in a language: code, output, errors."""

    def run(language, *words):
        monkeypatch.setenv("DIAGNOSE_LANG", language)
        code = main([str(word) for word in words])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def ledger(folder):
    return json.loads((folder / "ledger.json").read_text("utf-8"))["entries"]


def add_late_answers(folder, n=2):
    """Let a few people of one team answer after all."""
    rows = export_rows(folder)
    own = [row for row in rows if row["role"] == "floor" and row["team"] == PLAIN]
    late = [
        {**row, "id": str(9000 + place)} for place, row in enumerate(own[:n], start=1)
    ]
    write_export(folder, [*rows, *late])


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Nothing was released yet"), ("nl", "nog niets uitgegeven")],
)
def test_before_a_release_the_list_is_empty(folder, speaking, language, told):
    code, shown, _ = speaking(language, "release", folder, "--list")

    assert code == 0
    assert told in shown
    assert not (folder / "ledger.json").exists()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_without_an_output_nothing_can_be_released(tmp_path, speaking, language):
    folder = make_folder(tmp_path / "acme")
    code, _, errors = speaking(language, "release", folder)

    assert code == 1
    assert "A035" in errors
    assert "diagnose run acme" in errors
    assert not (folder / "ledger.json").exists()


def test_a_release_stands_in_the_ledger_with_every_file(folder, speaking):
    code, shown, errors = speaking("en", "release", folder)

    assert (code, "A0" in errors) == (0, False)
    assert "1" in shown
    (entry,) = ledger(folder)
    written = set(snapshot(folder / "output")) - {".diagnose-output.json"}
    assert set(entry["release"]["files"]) == written
    assert entry["release"]["wave"] == "now"


def test_a_release_twice_is_recorded_once(given, speaking):
    first = (given / "ledger.json").read_bytes()
    code, shown, _ = speaking("en", "release", given)

    assert code == 0
    assert "before" in shown
    assert (given / "ledger.json").read_bytes() == first


@pytest.mark.parametrize(
    ("language", "states"),
    [("en", ("released", "nobody saw it")), ("nl", ("uitgegeven", "nobody saw it"))],
)
def test_the_list_tells_what_was_released_and_what_taken_back(
    given, speaking, language, states
):
    _, shown, _ = speaking(language, "release", given, "--list")
    assert states[0] in shown

    words = ("--withdraw", "1", "--reason", "nobody saw it")
    code, _, _ = speaking(language, "release", given, *words)
    assert code == 0
    _, shown, _ = speaking(language, "release", given, "--list")
    assert states[1] in shown


@pytest.mark.parametrize(
    "words", [("1",), ("1", "--reason", ""), ("1", "--reason", "  "), ("2",)]
)
def test_a_withdrawal_needs_a_release_and_a_reason(given, speaking, words):
    before = (given / "ledger.json").read_bytes()
    code, _, errors = speaking("en", "release", given, "--withdraw", *words)

    assert code == 1
    assert "D029" in errors
    assert (given / "ledger.json").read_bytes() == before


def test_late_answers_are_refused_until_the_release_is_withdrawn(given, speaking):
    add_late_answers(given)
    before = snapshot(given)

    code, _, errors = speaking("nl", "report", given, "--format", "xlsx")
    assert code == 1
    assert "D020" in errors or "D021" in errors
    assert snapshot(given) == before

    words = ("--withdraw", "1", "--reason", "sent to nobody")
    assert speaking("en", "release", given, *words)[0] == 0
    code, _, errors = speaking("en", "report", given, "--format", "xlsx")
    assert (code, "D02" in errors) == (0, False)
    assert snapshot(given) != before
    assert speaking("en", "release", given)[0] == 0
    assert [one.get("release", {}).get("number") for one in ledger(given)] == [
        *(1, None, 2)
    ]


def test_an_output_of_other_answers_is_stale(folder, speaking):
    add_late_answers(folder)
    code, _, errors = speaking("en", "release", folder)

    assert code == 1
    assert "A036" in errors
    assert not (folder / "ledger.json").exists()


def test_an_output_of_other_head_counts_is_stale(folder, speaking):
    """Head counts give no answer, but decide what is shown and how much answered."""
    path = folder / "organisation.csv"
    lines = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([*lines[:-1], lines[-1] + "0"]) + "\n", encoding="utf-8")
    code, _, errors = speaking("en", "release", folder)

    assert code == 1
    assert "A036" in errors


def test_an_output_of_other_thresholds_is_stale(folder, speaking):
    path = folder / "assessment.yaml"
    path.write_text(path.read_text("utf-8") + "thresholds: {scores: 6}\n", "utf-8")

    assert speaking("en", "release", folder)[0] == 1


def test_an_edited_output_is_not_released(folder, speaking):
    path = folder / "output" / "tables.xlsx"
    path.write_bytes(path.read_bytes() + b"edited")
    code, _, errors = speaking("en", "release", folder)

    assert code == 1
    assert "A011" in errors


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("command", ["release", "report"])
def test_a_ledger_edited_by_hand_stops_everything(given, speaking, language, command):
    path = given / "ledger.json"
    text = path.read_text("utf-8")
    changed = text.replace('"n_respondents":94', '"n_respondents":93', 1)
    changed = changed.replace('"wave":"now"', '"wave":"then"', 1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    before = snapshot(given)

    code, _, errors = speaking(language, command, given)

    assert code == 1
    assert "D028" in errors
    assert "Traceback" not in errors
    assert snapshot(given) == before


def test_a_report_of_one_format_holds_that_format_alone(folder, speaking):
    code, shown, _ = speaking("en", "report", folder, "--format", "pdf")

    assert code == 0
    assert set(snapshot(folder / "output")) == {
        *("report.pdf", "provenance.json", ".diagnose-output.json")
    }
    assert "report.pdf" in shown
    assert "tables.xlsx" not in shown


@pytest.mark.parametrize(
    ("language", "told"), [("en", "writing the report"), ("nl", "rapport")]
)
def test_a_run_tells_its_steps_and_counts_the_folders(
    folder, speaking, monkeypatch, language, told
):
    monkeypatch.setattr("diagnose.report.FORMATS", ("xlsx",))
    code, shown, errors = speaking(
        language, "run", folder, "--no-handbook", "--language", "en"
    )

    assert code == 0
    assert told in errors
    steps = [line for line in errors.splitlines() if line.startswith("… ")]
    assert not any(line in ("… publish", "… search") for line in steps)
    (packs,) = [line for line in shown.splitlines() if "teams" in line]
    assert packs.endswith("(16)")


def test_a_run_without_teams_writes_none(folder, speaking, monkeypatch):
    monkeypatch.setattr("diagnose.report.FORMATS", ("xlsx",))
    words = ("--no-handbook", "--no-teams", "--language", "en")
    code, shown, _ = speaking("en", "run", folder, *words)

    assert code == 0
    assert "tables.xlsx" in shown
    assert not (folder / "output" / "teams").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("report", "x", "--format", "doc"),
        ("release", "x", "--withdraw", "0"),
        ("release", "x", "--withdraw", "one"),
        ("release",),
    ],
)
def test_a_wrong_word_is_told_before_anything_is_read(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(list(words))

    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize("words", [(), ("--list",), ("--withdraw", "1")])
def test_a_folder_that_is_not_there_is_told(tmp_path, speaking, words):
    code, _, errors = speaking("nl", "release", tmp_path / "none", *words)

    assert code == 1
    assert "A001" in errors
    assert not (tmp_path / "none").exists()
