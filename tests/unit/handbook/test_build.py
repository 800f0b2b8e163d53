"""When a handbook is built again, what it replaces, and how a failure is told."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

import diagnose
from diagnose.errors import MissingDependencyError, UnsupportedError
from diagnose.handbook import build, build_handbook, coverage_table, find_book
from diagnose.handbook.edition import (
    Order,
    _adapt,
    _clear_outputs,
    failure_of,
    settings_of,
)
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

    monkeypatch.setattr(build, "build_edition", fail)
    with pytest.raises(UnsupportedError, match="could not be built"):
        build_handbook(target)
    assert (target / "index.html").read_text(encoding="utf-8") == "old page"


@pytest.fixture
def stub(monkeypatch):
    """Put a stub in the place of Jupyter Book; return the orders that it was given."""
    orders = []

    def edition(root, work, language, order):
        orders.append((language, order))
        page = work / language / "html"
        page.mkdir(parents=True)
        (page / "index.html").write_text(language, encoding="utf-8")
        return page

    monkeypatch.setattr(build, "build_edition", edition)
    monkeypatch.setattr(build, "find_browser", lambda: "chromium")
    monkeypatch.setattr(build, "fingerprint", lambda *_, **given: repr(given))
    return orders


def test_nothing_is_built_when_nothing_changed(tmp_path, stub):
    target = tmp_path / "site"

    assert build_handbook(target) is True
    assert build_handbook(target) is False
    assert sorted(language for language, _ in stub) == ["en", "nl"]
    assert (target / "nl" / "index.html").read_text(encoding="utf-8") == "nl"
    assert 'hreflang="nl"' in (target / "index.html").read_text(encoding="utf-8")


def test_a_book_that_lacks_a_language_or_form_is_built_again(tmp_path, stub):
    target = tmp_path / "site"
    build_handbook(target, languages=("en",))

    assert build_handbook(target, languages=("en",)) is False
    assert build_handbook(target) is True
    assert build_handbook(target, formats=("html", "pdf")) is True
    assert build_handbook(target, formats=("pdf",)) is False
    assert build_handbook(target) is False
    assert build_handbook(target, formats=("epub",)) is True
    assert stub[-1][1].formats == ("html", "epub")


def test_a_stamp_of_an_earlier_version_is_no_reason_to_keep_a_book(tmp_path, stub):
    target = tmp_path / "site"
    target.mkdir()
    for old in ("0a1b2c", "[]", '{"mark": "x"}', ""):
        (target / ".diagnose-handbook").write_text(old, encoding="utf-8")
        assert build_handbook(target) is True


def test_what_a_check_refuses_never_takes_the_place_of_the_old_book(tmp_path, stub):
    target = tmp_path / "site"
    build_handbook(target)
    (target / "index.html").write_text("old page", encoding="utf-8")
    seen = []

    def refuse(site):
        seen.append((site / "nl" / "index.html").read_text(encoding="utf-8"))
        raise UnsupportedError("a name")

    with pytest.raises(UnsupportedError, match="a name"):
        build_handbook(target, title={"en": "A", "nl": "A"}, check=refuse)
    assert seen == ["nl"]
    assert (target / "index.html").read_text(encoding="utf-8") == "old page"


def test_a_site_that_cannot_be_put_in_place_leaves_the_old_book(
    tmp_path, stub, monkeypatch
):
    target = tmp_path / "site"
    build_handbook(target)
    (target / "index.html").write_text("old page", encoding="utf-8")
    copy = shutil.copytree

    def break_off(source, where, **options):
        if Path(where).name == "new":
            Path(where).mkdir()
            raise KeyboardInterrupt
        return copy(source, where, **options)

    monkeypatch.setattr(build.shutil, "copytree", break_off)
    with pytest.raises(KeyboardInterrupt):
        build_handbook(target, title={"en": "A", "nl": "A"})
    assert (target / "index.html").read_text(encoding="utf-8") == "old page"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_new_book_takes_every_file_of_another_client_away(tmp_path, stub):
    target = tmp_path / "site"
    build_handbook(target, title={"en": "A", "nl": "A"})
    (target / "nl" / "left.html").write_text("of client A", encoding="utf-8")
    build_handbook(target, title={"en": "B", "nl": "B"})

    assert not (target / "nl" / "left.html").exists()
    assert stub[-1][1].titles["nl"] == "B"
    assert "– B" in (target / "index.html").read_text(encoding="utf-8")


def test_a_language_that_is_asked_for_twice_is_built_once(tmp_path, stub):
    build_handbook(tmp_path / "site", languages=("nl", "nl"))

    assert [language for language, _ in stub] == ["nl"]


@pytest.mark.parametrize("wrong", ["settings", "target"])
def test_what_would_end_a_build_is_found_before_it(tmp_path, wrong):
    project, target = tmp_path / "client", tmp_path / "site"
    project.mkdir()
    build.check_order(target, project=project)
    if wrong == "settings":
        (project / "publishing.yml").write_text("adress: x\n", encoding="utf-8")
    else:
        target.mkdir()
        (target / "mine.txt").touch()

    with pytest.raises(UnsupportedError):
        build.check_order(target, project=project)


def test_a_notebook_to_download_holds_no_numbers_of_the_example(tmp_path):
    path = tmp_path / "notebooks" / "a.ipynb"
    path.parent.mkdir()
    cells = [
        {"cell_type": "code", "source": "1", "outputs": ["3.2"], "execution_count": 4},
        {"cell_type": "markdown", "source": "Één"},
    ]
    notebook = {"cells": cells, "metadata": {"widgets": {"a": "3.2"}, "lang": "x"}}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    _clear_outputs(tmp_path)
    text = path.read_text(encoding="utf-8")
    left = json.loads(text)

    assert "3.2" not in text
    assert [cell["source"] for cell in left["cells"]] == ["1", "Één"]
    assert left["cells"][0]["execution_count"] is None
    assert left["metadata"] == {"lang": "x"}


def test_two_clients_have_two_books_on_one_e_reader():
    ids = []
    for name in ("Acme", "Zorg"):
        config, _ = settings_of(ROOT, "nl")
        _adapt(config, "nl", Order(title={"nl": name}))
        own = config["sphinx"]["config"]
        ids.append(own["epub_identifier"])
        assert own["epub_title"] == config["title"] == f"Verandering in beeld – {name}"

    assert ids[0] != ids[1]
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one) for one in ids)


def test_a_client_takes_neither_address_nor_feedback_from_the_publisher(
    tmp_path, stub, monkeypatch
):
    project = tmp_path / "client"
    project.mkdir()
    asked = []
    read = build.read_publishing
    monkeypatch.setattr(
        build, "read_publishing", lambda path: asked.append(path) or read(path)
    )
    build_handbook(tmp_path / "a", project=project)
    address = "address: https://example.org/client\n"
    (project / "publishing.yml").write_text(address, encoding="utf-8")
    build_handbook(tmp_path / "b", project=project)

    assert {path.parent for path in asked} == {project}
    assert stub[0][1].publishing.address == ""
    assert stub[-1][1].publishing.address == "https://example.org/client/"


def test_without_a_browser_a_pdf_is_refused_before_anything_is_built(
    tmp_path, stub, monkeypatch
):
    def missing():
        raise MissingDependencyError("no browser")

    monkeypatch.setattr(build, "find_browser", missing)
    with pytest.raises(MissingDependencyError, match="no browser"):
        build_handbook(tmp_path / "site", formats=("html", "pdf"))
    assert stub == []


def test_the_dutch_edition_translates_every_part_of_the_side_bar(tmp_path):
    config, toc = settings_of(ROOT, "nl")

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
        ("\x1b[91mx.md:3: WARNING: no\x1b[39;49;00m", UnsupportedError, ":\nx.md:3: W"),
    ],
)
def test_a_log_becomes_one_error(log, error, part):
    found = failure_of("en", log)

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


def test_the_reference_pages_name_every_public_function():
    pages = (ROOT / "book" / "api").glob("*.md")
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    named = re.findall(r"^\.\. auto(?:function|class):: diagnose\.(\w+)$", text, re.M)

    assert sorted(named) == sorted(set(diagnose.__all__) - {"__version__"})
