"""What must hold of the code as a whole: public names, sizes, lazy loading."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import diagnose

SOURCE = Path(diagnose.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))
NAMES = [name for name in diagnose.__all__ if not name.startswith("__")]


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_is_there_and_documented(name):
    value = getattr(diagnose, name)

    assert inspect.getdoc(value)


def test_the_lazy_table_and_the_names_for_type_checkers_agree():
    tree = ast.parse((SOURCE / "__init__.py").read_text(encoding="utf-8"))
    guarded = [node for node in tree.body if isinstance(node, ast.If)]
    names = {
        alias.name
        for node in ast.walk(guarded[-1])
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert names <= set(diagnose.__all__)
    for node in ast.walk(guarded[-1]):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                assert hasattr(import_module(node.module), alias.name)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_module_stays_under_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_check_is_written_as_an_assertion(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]


def test_importing_the_package_loads_no_heavy_library():
    heavy = "numpy pandas scipy statsmodels pingouin matplotlib pydantic ipywidgets"
    found = f"[m for m in '{heavy}'.split() if m in sys.modules]"
    code = f"import sys, diagnose; print({found})"

    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == "[]"


def test_help_loads_no_heavy_library():
    heavy = "numpy pandas scipy statsmodels pingouin matplotlib pydantic rich"
    code = (
        "import sys\nfrom diagnose.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([m for m in '{heavy}'.split() if m in sys.modules])"
    )

    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip().endswith("[]")
