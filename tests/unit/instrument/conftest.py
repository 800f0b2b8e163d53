"""A correct instrument file, and what the loader says of it after an edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.errors import InstrumentError
from diagnose.instrument import load_instrument

PLACE = "surveys/acme/instrument.yaml"


@pytest.fixture(scope="session")
def acme_text() -> str:
    """Return the text of a correct instrument file."""
    return (Path(__file__).parent / "acme.yaml").read_text(encoding="utf-8")


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Return a function that writes content to the file of surveys/acme."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / PLACE
    path.parent.mkdir(parents=True)

    def to_file(content: str | bytes) -> Path:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return to_file


@pytest.fixture
def problems_of(write):
    """Return a function that gives the problems of a file as (code, path, text)."""

    def collect(content: str | bytes) -> list[tuple[str, str, str]]:
        write(content)
        with pytest.raises(InstrumentError) as caught:
            load_instrument("surveys/acme")
        return [
            (
                found.code,
                found.place.removeprefix(PLACE).removeprefix(": "),
                str(found).partition(f"{found.place}: ")[2],
            )
            for found in caught.value.problems
        ]

    return collect


@pytest.fixture
def problems_after(acme_text, problems_of):
    """Return a function that gives the problems after replacing a text, once."""

    def collect(old: str, new: str) -> list[tuple[str, str, str]]:
        assert acme_text.count(old) == 1, f"{old!r} is not unique in acme.yaml"
        return problems_of(acme_text.replace(old, new))

    return collect
