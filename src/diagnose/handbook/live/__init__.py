"""Words and numbers of the elements that a reader moves on a page of the book.

Every element has a module here with one function, ``data(language, **options)``, which
returns what its script ``book/_static/live/<name>.js`` needs, ready for JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module, resources
from types import ModuleType
from typing import Any

from diagnose.language import Language, load_catalogue


def element_names() -> tuple[str, ...]:
    """Return the names of all elements, in alphabetical order."""
    folder = resources.files("diagnose.handbook.live")
    files = (entry.name for entry in folder.iterdir())
    return tuple(
        sorted(
            name.removesuffix(".py").replace("_", "-")
            for name in files
            if name.endswith(".py") and not name.startswith("_")
        )
    )


def element_data(name: str, language: Language, **options: Any) -> dict[str, Any]:
    """Return everything that the script of one element needs.

    Parameters
    ----------
    name : str
        One of `element_names`.
    language : {"en", "nl"}
        Language of the edition.
    **options
        What the element knows: ``set``, ``subscale``, ``form`` or ``seed``.

    Returns
    -------
    dict
        ``language``, ``words`` (the catalogue ``live_<name>``) and the numbers.

    Raises
    ------
    KeyError
        There is no such element, set, subscale or form.
    """
    found: dict[str, Any] = _module(name).data(language, **options)
    return {"language": language, "words": words(name, language), **found}


def element_print(name: str, language: Language, **options: Any) -> str:
    """Return what paper shows of an element besides what its page says, as HTML.

    Parameters
    ----------
    name, language, **options
        As in `element_data`.

    Returns
    -------
    str
        Empty for most elements; a quiz prints its questions and answers.
    """
    module = _module(name)
    printed = getattr(module, "printed", None)
    return str(printed(language, **options)) if printed else ""


def element_texts(language: Language) -> Iterator[str]:
    """Return every element as pages carry it, for who searches pages for secrets."""
    for name in element_names():
        variants = getattr(_module(name), "variants", None)
        choices: tuple[dict[str, str], ...] = variants() if variants else ({},)
        for options in choices:
            yield json.dumps(element_data(name, language, **options))


def _module(name: str) -> ModuleType:
    if name not in element_names():
        raise KeyError(name)
    return import_module(f"diagnose.handbook.live.{name.replace('-', '_')}")


def words(name: str, language: Language) -> dict[str, str]:
    """Return the texts of one element, with their fields unfilled."""
    catalogue = load_catalogue(f"live_{name.replace('-', '_')}")
    return {key: text[language] for key, text in catalogue.entries.items()}
