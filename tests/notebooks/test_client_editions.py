"""The notebooks run to their end on organisations that lack what they show."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from diagnose.instrument import load_instrument
from diagnose.simulation import write_synthetic_assessment

ROOT = Path(__file__).resolve().parents[2]
SHOWING = sorted(
    path
    for numbers in ("0[1-46-9]", "12")
    for path in (ROOT / "notebooks").glob(f"{numbers}_*.ipynb")
)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Return an assessment folder without leaders, units and earlier waves."""
    folder = tmp_path_factory.mktemp("client")
    path = write_synthetic_assessment(folder, load_instrument("oric"), n_teams=4)
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("organisation")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    table = folder / "responses" / "export.csv"
    renamed = table.read_text(encoding="utf-8-sig")
    for heading in ("division", "team"):
        renamed = renamed.replace(f'"{heading}"', f'"not{heading}"', 1)
    table.write_text(renamed, encoding="utf-8")
    return folder


@pytest.mark.filterwarnings("ignore")  # notices of the kernel, not of the notebook
@pytest.mark.parametrize("path", SHOWING, ids=lambda p: p.stem)
def test_a_notebook_runs_without_units_and_leaders(path, bare, monkeypatch):
    monkeypatch.setenv("DIAGNOSE_PROJECT", str(bare))
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=120,
        resources={"metadata": {"path": str(path.parent)}},
    )

    client.execute()

    shown = [o for c in notebook.cells for o in c.get("outputs", [])]
    assert not [o for o in shown if o["output_type"] == "error"]
