"""A run that cannot end well leaves what was there, whole; so does one that leaks."""

from __future__ import annotations

from io import BytesIO

import pytest

from assessed import TOO_SMALL, make_folder, open_workbook, snapshot
from diagnose.assessment import run_assessment
from diagnose.errors import AssessmentError, DisclosureError


@pytest.fixture
def folder(tmp_path, quick):
    """Return a folder with an output of an earlier run."""
    base = make_folder(tmp_path / "acme")
    write(base)
    return base


def write(base, **options):
    asked = {"formats": ("xlsx",), "teams": False, "handbook": False, **options}
    return run_assessment(base, **asked)


def codes_of(error):
    return {problem.code for problem in error.value.problems}


def forbid(monkeypatch):
    """Let a run fail at its first real work."""

    def worked(*_, **__):
        raise AssertionError("the run began to work")

    monkeypatch.setattr("diagnose.assessment.run.prepare_assessment", worked)


def nothing_is_left_beside(base):
    return not any(path.name.startswith(".") for path in base.iterdir())


def test_an_edited_workbook_is_kept_and_told_before_any_work(folder, monkeypatch):
    path = folder / "output" / "tables.xlsx"
    book = open_workbook(path)
    book.worksheets[0]["A1"] = "our own words"
    book.save(path)
    edited = snapshot(folder)
    forbid(monkeypatch)

    with pytest.raises(AssessmentError) as error:
        write(folder)

    assert codes_of(error) == {"A011"}
    assert "tables.xlsx" in str(error.value)
    assert snapshot(folder) == edited


def test_an_edited_deck_is_kept_by_a_run_that_would_not_write_decks(folder):
    write(folder, formats=("pptx",))
    deck = folder / "output" / "deck.pptx"
    deck.write_bytes(deck.read_bytes() + b"edited")
    edited = snapshot(folder)

    with pytest.raises(AssessmentError) as error:
        write(folder)

    assert codes_of(error) == {"A011"}
    assert snapshot(folder) == edited


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("letter.txt", "A010"),
        ("teams/care/notes.docx", "A010"),
        ("~$deck.pptx", "A025"),
        (".~lock.deck.pptx#", "A025"),
    ],
)
def test_a_foreign_file_is_refused_before_any_work(folder, monkeypatch, name, code):
    path = folder / "output" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    before = snapshot(folder)
    forbid(monkeypatch)

    with pytest.raises(AssessmentError) as error:
        write(folder)

    assert codes_of(error) == {code}
    assert snapshot(folder) == before


def test_a_file_put_there_meanwhile_is_kept(folder, monkeypatch):
    from diagnose.report import xlsx

    render = xlsx.render_xlsx

    def slow(*args, **options):
        (folder / "output" / "minutes.txt").write_text("mine", encoding="utf-8")
        return render(*args, **options)

    monkeypatch.setattr(xlsx, "render_xlsx", slow)

    with pytest.raises(AssessmentError) as error:
        write(folder)

    assert codes_of(error) == {"A010"}
    assert "minutes.txt" in snapshot(folder / "output")


@pytest.mark.parametrize("broken", [RuntimeError, KeyboardInterrupt, MemoryError])
def test_a_renderer_that_breaks_down_leaves_the_old_output_whole(
    folder, monkeypatch, broken
):
    before = snapshot(folder)

    def raising(*_, **__):
        raise broken("in the middle")

    monkeypatch.setattr("diagnose.report.word.render_docx", raising)

    with pytest.raises(broken):
        write(folder, formats=("xlsx", "docx"))

    assert snapshot(folder) == before
    assert nothing_is_left_beside(folder)


def test_a_full_disk_leaves_the_old_output_whole(folder, monkeypatch):
    before = snapshot(folder)

    def full(path, content):
        if path.name == "provenance.json":
            raise OSError(28, "No space left on device")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    monkeypatch.setattr("diagnose.assessment.run._save", full)

    with pytest.raises(OSError, match="No space"):
        write(folder)

    assert snapshot(folder) == before
    assert nothing_is_left_beside(folder)


def test_what_a_killed_run_left_is_cleared_away_by_the_next(folder):
    before = snapshot(folder)
    left = folder / ".output-new-k1ll3d"
    left.mkdir()
    (left / ".diagnose-staging").touch()
    (left / "report.html").write_text("half", encoding="utf-8")

    write(folder)

    assert snapshot(folder) == before


def planted(content, row):
    """Return a workbook with one row more."""
    book = open_workbook(content)
    book.worksheets[-1].append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def hidden_mean(prepared):
    """Return an unrounded number that disclosure control took away."""
    return next(n for n in prepared.secrets.numbers if 1 < n < 5 and len(repr(n)) > 12)


def leaks(prepared):
    mean = hidden_mean(prepared)
    return {
        "the mean of a hidden unit": ([mean], "D043"),
        "the same, rounded, beside its name": ([TOO_SMALL, round(mean, 2)], "D042"),
        "the same in a text": ([f"they score {mean:.8f}"], "D043"),
        "a number from nowhere": ([2.71828], "D040"),
        "an address": (["jan@example.org"], "D044"),
    }


@pytest.mark.parametrize("which", range(5))
def test_a_planted_leak_ends_the_run_and_the_old_output_stays(
    folder, monkeypatch, prepared, which
):
    from diagnose.report import xlsx

    row, code = list(leaks(prepared).values())[which]
    before = snapshot(folder)
    render = xlsx.render_xlsx
    monkeypatch.setattr(
        xlsx, "render_xlsx", lambda *args, **kw: planted(render(*args, **kw), row)
    )

    with pytest.raises(DisclosureError) as error:
        write(folder)

    assert code in codes_of(error)
    assert all(p.place.startswith("tables.xlsx") for p in error.value.problems)
    assert snapshot(folder) == before
    assert nothing_is_left_beside(folder)


def test_the_same_workbook_without_a_leak_passes(folder, monkeypatch):
    from diagnose.report import xlsx

    render = xlsx.render_xlsx
    monkeypatch.setattr(
        xlsx, "render_xlsx", lambda *args, **kw: planted(render(*args, **kw), ["x"])
    )

    assert write(folder).files


def test_a_folder_named_after_a_hidden_unit_ends_the_run(folder, monkeypatch):
    before = snapshot(folder)
    wrong = f"teams/care/{TOO_SMALL.lower().replace(' ', '-')}/note.txt"
    monkeypatch.setattr(
        "diagnose.report.render_packs", lambda *_, **__: iter([(wrong, b"Hello.")])
    )

    with pytest.raises(DisclosureError) as error:
        write(folder, teams=True)

    assert codes_of(error) == {"D047"}
    assert snapshot(folder) == before


def test_a_kind_of_file_that_cannot_be_searched_ends_the_run(folder, monkeypatch):
    before = snapshot(folder)
    monkeypatch.setattr(
        "diagnose.report.render_packs", lambda *_, **__: iter([("a.zip", b"PK?")])
    )

    with pytest.raises(DisclosureError) as error:
        write(folder, teams=True)

    assert codes_of(error) <= {"D045", "D046"}
    assert snapshot(folder) == before


def test_a_leak_in_the_council_s_page_ends_the_run_too(folder, monkeypatch, prepared):
    before = snapshot(folder)
    page = f"<html><body><p>{hidden_mean(prepared)!r}</p></body></html>"
    monkeypatch.setattr(
        "diagnose.report.render_council",
        lambda *_, **__: iter([("disclosure.html", page.encode())]),
    )

    with pytest.raises(DisclosureError) as error:
        write(folder)

    assert codes_of(error) == {"D043"}
    assert snapshot(folder) == before


def test_a_publication_that_is_refused_leaves_the_old_output(folder, monkeypatch):
    before = snapshot(folder)

    def refused(*_, **__):
        raise DisclosureError("no")

    monkeypatch.setattr("diagnose.assessment.run.prepare_assessment", refused)

    with pytest.raises(DisclosureError):
        write(folder)
    assert snapshot(folder) == before
