"""A client's handbook built by itself is searched before it takes its place."""

from __future__ import annotations

import zipfile
from types import SimpleNamespace

import pytest

from assessed import TOO_SMALL, make_folder
from diagnose import handbook
from diagnose.assessment import build_client_handbook, edition, search
from diagnose.cli import main
from diagnose.errors import DisclosureError

FINE = "<!doctype html><html><body><p>Welcome.</p></body></html>"
LEAK = FINE.replace("Welcome.", f"{TOO_SMALL}: 3.21")


@pytest.fixture
def client(tmp_path, prepared, monkeypatch):
    """Return an assessment folder; its publication is at hand."""
    monkeypatch.setattr(edition, "prepare_assessment", lambda *_, **__: prepared)
    monkeypatch.setattr(search, "_fixed_texts", lambda: iter(["Welcome."]))
    return make_folder(tmp_path / "acme")


@pytest.fixture
def built(monkeypatch):
    """Let the build write these files, and return what it was asked for."""
    stub = SimpleNamespace(files={"index.html": FINE}, new=True, asked={})

    def build(target, *, check, **asked):
        stub.asked = asked
        site = target.parent / "fresh"
        for name, content in stub.files.items():
            path = site / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                content if isinstance(content, bytes) else content.encode()
            )
        if stub.new:
            check(site)
            site.rename(target)
        return stub.new

    monkeypatch.setattr(handbook, "build_handbook", build)
    return stub


def epub(tmp_path, text):
    path = tmp_path / "made.epub"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("mimetype", "application/epub+zip")
        pack.writestr("a.xhtml", text.removeprefix("<!doctype html>"))
    return path.read_bytes()


def test_it_goes_to_the_output_of_the_client(client, built):
    page, new = build_client_handbook(client, formats=("html", "epub"))

    assert new
    assert page == client.resolve() / "output" / "handbook" / "index.html"
    assert page.read_text(encoding="utf-8") == FINE
    assert built.asked["project"] == client.resolve()
    assert built.asked["formats"] == ("html", "epub")
    assert set(built.asked["title"]) == {"en", "nl"}


@pytest.mark.parametrize("kind", ["page", "epub"])
def test_a_hidden_team_in_any_file_stops_it(client, built, tmp_path, kind):
    if kind == "page":
        built.files["nl/notebooks/deep.html"] = LEAK
    else:
        built.files["nl/downloads/handboek.epub"] = epub(tmp_path, LEAK)

    with pytest.raises(DisclosureError):
        build_client_handbook(client)
    assert not (client / "output" / "handbook").exists()


def test_an_epub_without_a_secret_passes(client, built, tmp_path):
    built.files["en/downloads/handbook.epub"] = epub(tmp_path, FINE)

    assert build_client_handbook(client)[1]


def test_one_that_is_current_is_searched_all_the_same(client, built, tmp_path):
    target = tmp_path / "elsewhere"
    target.mkdir()
    (target / "index.html").write_text(FINE, encoding="utf-8")
    (target / ".diagnose-handbook").write_text("{}", encoding="utf-8")
    built.new = False

    assert build_client_handbook(client, target) == (target / "index.html", False)
    (target / "index.html").write_text(LEAK, encoding="utf-8")
    with pytest.raises(DisclosureError):
        build_client_handbook(client, target)


def test_the_command_refuses_a_leak_and_says_where(client, built, capsys):
    built.files["nl/why.html"] = LEAK

    assert main(["handbook", str(client)]) != 0
    assert "nl/why.html" in capsys.readouterr().err


def test_the_command_knows_its_formats(client, built, capsys):
    assert main(["handbook", str(client), "--formats", "html, pdf"]) == 0
    assert built.asked["formats"] == ("html", "pdf")
    with pytest.raises(SystemExit):
        main(["handbook", str(client), "--formats", "docx"])
    assert "html, epub, pdf" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "part"), [("en", "no https address"), ("nl", "geen https-adres")]
)
def test_wrong_settings_are_refused_in_words_before_anything_is_read(
    client, monkeypatch, capsys, language, part
):
    def read(*_, **__):
        raise AssertionError("the answers were read")

    monkeypatch.setattr(edition, "prepare_assessment", read)
    monkeypatch.setenv("DIAGNOSE_LANG", language)
    (client / "publishing.yml").write_text("address: acme.nl\n", encoding="utf-8")

    assert main(["handbook", str(client)]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert part in said
    assert "publishing.yml:1: address" in said
