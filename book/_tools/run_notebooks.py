"""Run notebooks from the top and store outputs that are the same on every run.

    python book/_tools/run_notebooks.py notebooks/*.ipynb

No time stamps, no interpreter version, no widget state, fixed ids: the difference in
version control then shows changed numbers and nothing else.
"""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

VIEW = "application/vnd.jupyter.widget-view+json"


def run(path: Path) -> None:
    """Execute one notebook in place."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=120,
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    notebook.metadata["language_info"] = {"name": "python"}
    for number, cell in enumerate(notebook.cells):
        tidy(cell, number)
    nbformat.write(notebook, path)


def tidy(cell: nbformat.NotebookNode, number: int) -> None:
    """Take out of a cell what differs between two runs."""
    cell["id"] = f"cell-{number:03d}"
    cell.metadata.pop("execution", None)
    for output in cell.get("outputs", []):
        if VIEW in output.get("data", {}):
            output["data"][VIEW]["model_id"] = f"{number:032x}"


if __name__ == "__main__":
    os.environ.update(
        MPLBACKEND="agg", PYTHONHASHSEED="0", TZ="UTC", DIAGNOSE_LANG="en"
    )
    for name in sys.argv[1:]:
        sys.stdout.write(f"{name}\n")
        run(Path(name))
