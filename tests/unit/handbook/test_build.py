"""When a handbook is built again, what it replaces, and how a failure is told."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import diagnose
from diagnose.errors import MissingDependencyError, UnsupportedError
from diagnose.handbook import build, build_handbook, coverage_table, find_book
from diagnose.handbook.fingerprint import fingerprint

ROOT = Path(__file__).resolve().parents[3]
COVERAGE = ROOT / "benchmarks" / "results" / "coverage.csv"
MEASUREMENT = COVERAGE.with_name("coverage_measurement.csv")


@pytest.fixture
def sources(tmp_path):
    """Return a small tree of sources."""
    root = tmp_path / "root"
    (root / "book").mkdir(parents=True)
    (root / "book" / "index.md").write_text("# Title\n", encoding="utf-8")
    return root


def mark(root, project=None, title=None):
    return fingerprint(root, ("book",), project=project, title=title)


def test_the_same_sources_have_the_same_fingerprint(sources):
    assert mark(sources) == mark(sources)


@pytest.mark.parametrize("change", ["content", "new file", "title", "project"])
def test_every_change_of_an_input_changes_the_fingerprint(sources, tmp_path, change):
    project = tmp_path / "client"
    project.mkdir()
    (project / "assessment.yaml").write_text("a: 1\n", encoding="utf-8")
    before = mark(sources, project, {"en": "A"})
    title = {"en": "A"}
    if change == "content":
        (sources / "book" / "index.md").write_text("# Other\n", encoding="utf-8")
    elif change == "new file":
        (sources / "book" / "more.md").write_text("# More\n", encoding="utf-8")
    elif change == "title":
        title = {"en": "B"}
    else:
        (project / "assessment.yaml").write_text("a: 2\n", encoding="utf-8")

    assert mark(sources, project, title) != before


def test_output_of_a_project_is_no_input(sources, tmp_path):
    project = tmp_path / "client"
    (project / "output").mkdir(parents=True)
    before = mark(sources, project)
    (project / "output" / "report.html").write_text("x", encoding="utf-8")

    assert mark(sources, project) == before


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(UnsupportedError, match="no handbook build made"):
        build_handbook(tmp_path)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_a_failed_build_leaves_the_old_one_and_tells_why(tmp_path, monkeypatch):
    target = tmp_path / "site"
    target.mkdir()
    (target / ".diagnose-handbook").write_text("old", encoding="utf-8")
    (target / "index.html").write_text("old page", encoding="utf-8")

    def fail(*args, **kwargs):
        raise UnsupportedError("the en edition could not be built:\nWARNING: no")

    monkeypatch.setattr(build, "_build_edition", fail)
    with pytest.raises(UnsupportedError, match="could not be built"):
        build_handbook(target)
    assert (target / "index.html").read_text(encoding="utf-8") == "old page"


def test_nothing_is_built_when_nothing_changed(tmp_path, monkeypatch):
    calls = []

    def edition(root, work, language, **kwargs):
        calls.append(language)
        page = work / language / "html"
        page.mkdir(parents=True)
        (page / "index.html").write_text(language, encoding="utf-8")
        return page

    monkeypatch.setattr(build, "_build_edition", edition)
    target = tmp_path / "site"

    assert build_handbook(target) is True
    assert build_handbook(target) is False
    assert sorted(calls) == ["en", "nl"]
    assert (target / "nl" / "index.html").read_text(encoding="utf-8") == "nl"
    assert 'hreflang="nl"' in (target / "index.html").read_text(encoding="utf-8")


def test_the_dutch_edition_translates_every_part_of_the_side_bar(tmp_path):
    config, toc = build._settings(ROOT, "nl")

    assert config["sphinx"]["config"]["language"] == "nl"
    assert toc["parts"][0]["caption"] == "Begin hier"
    assert all(
        Path(p).is_absolute() for p in config["sphinx"]["local_extensions"].values()
    )


def test_without_the_sources_the_way_out_is_told(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "diagnose"
    package.mkdir(parents=True)
    monkeypatch.setattr(build.resources, "files", lambda name: package)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(MissingDependencyError, match="copy of the repository"):
        find_book()


@pytest.mark.parametrize(
    ("log", "error", "part"),
    [
        ("No module named 'jupyter_book'", MissingDependencyError, "requirements"),
        ("fine\nx.md: WARNING: broken link", UnsupportedError, "broken link"),
    ],
)
def test_a_log_becomes_one_error(log, error, part):
    found = build._failure("en", log)

    assert isinstance(found, error)
    assert part in str(found)


@pytest.mark.parametrize(
    ("language", "head", "value"), [("en", "Coverage", "."), ("nl", "Dekking", ",")]
)
def test_the_coverage_table_speaks_both_languages(language, head, value):
    table = coverage_table(COVERAGE, condition="typical", language=language)

    assert head in table.columns
    assert value in table[head].iloc[0]


def test_an_unknown_condition_is_refused_with_those_that_exist():
    with pytest.raises(ValueError, match="'typical'"):
        coverage_table(COVERAGE, condition="perfect")


def test_a_renamed_quantity_in_the_figures_is_noticed(tmp_path):
    path = tmp_path / "coverage.csv"
    shutil.copy(COVERAGE, path)
    path.write_text(path.read_text("utf-8").replace("alpha", "omega"), "utf-8")

    with pytest.raises(KeyError, match="omega"):
        coverage_table(path, condition="typical")


@pytest.mark.parametrize(
    ("language", "row", "column"),
    [
        ("en", "omega of ordered answers", "50 people, skewed"),
        ("nl", "omega van geordende antwoorden", "50 mensen, scheef"),
    ],
)
def test_the_coverage_of_the_measurement_is_told_in_words(language, row, column):
    table = coverage_table(MEASUREMENT, language=language)

    assert table.index.is_unique
    assert table.columns.is_unique
    assert 0.5 < float(table.loc[row, column].replace(",", ".")) <= 1


def test_the_reference_page_names_every_public_function():
    page = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
    named = re.findall(r"^\.\. auto(?:function|class):: diagnose\.(\w+)$", page, re.M)

    assert sorted(named) == sorted(set(diagnose.__all__) - {"__version__"})
