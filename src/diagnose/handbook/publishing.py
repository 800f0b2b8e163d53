"""What a publisher sets: where the site stands, where feedback goes, redirects."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from diagnose.errors import Problem, UnsupportedError
from diagnose.language.problems import worded_problem

SETTINGS = "publishing.yml"
REDIRECTS = "redirects.yml"
_NAME = re.compile(r"[a-z0-9][a-z0-9/_-]*")


class PublishingError(UnsupportedError):
    """A setting of the publisher cannot be used; `problems` says so in any language."""

    def __init__(self, problem: Problem) -> None:
        self.problems = (problem,)
        super().__init__(str(problem))


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """Where an edition is published.

    Attributes
    ----------
    address : str
        Public https address of the site, with a slash at the end; empty when there is
        none, and then no page names an address of its own.
    feedback : str
        Where readers send what is wrong: an https or mailto address, or empty.
    """

    address: str = ""
    feedback: str = ""


def read_publishing(path: Path) -> Publishing:
    """Read the settings of a publisher; those of nobody when the file is not there.

    Parameters
    ----------
    path : Path
        The file ``publishing.yml``.

    Raises
    ------
    PublishingError
        A setting is unknown, or is no address of the kind that it needs.
    """
    content = read_mapping(path) if path.is_file() else {}
    for name, told in content.items():
        known = _KINDS.get(name)
        if known is None:
            raise _wrong("H001", _place(path, name), told=name)
        code, kinds = known
        if told and not any(fits(told) for fits in kinds):
            raise _wrong(code, _place(path, name), told=told)
    address, feedback = content.get("address", ""), content.get("feedback", "")
    return Publishing(
        address=address.rstrip("/") + "/" if address else "", feedback=feedback
    )


def read_redirects(path: Path, root: Path) -> dict[str, str]:
    """Read the short and former addresses of the book.

    Parameters
    ----------
    path : Path
        The file ``redirects.yml``: address to page, both without suffix.
    root : Path
        Folder with the sources of the pages.

    Returns
    -------
    dict of str to str
        Address to page.

    Raises
    ------
    PublishingError
        An address is not plain or belongs to a page, or leads to no page; the message
        names the line.
    """
    found = read_mapping(path) if path.is_file() else {}
    for source, target in found.items():
        code, told = _wrong_redirect(source, target, root)
        if code:
            raise _wrong(code, _place(path, source), told=told)
    return found


def _wrong_redirect(source: str, target: str, root: Path) -> tuple[str, str]:
    if not _NAME.fullmatch(source) or ".." in source or source.endswith("/"):
        return "H007", source
    if source in ("index", "404", "search", "genindex", "downloads"):
        return "H008", source
    if _is_page(root, source):
        return "H009", source
    if not _is_page(root, target):
        return "H010", target
    return "", ""


def _is_page(root: Path, name: str) -> bool:
    return any((root / f"{name}{end}").is_file() for end in (".md", ".ipynb"))


def _wrong(code: str, place: str, **values: str) -> PublishingError:
    return PublishingError(worded_problem("publishing", code, place, values))


def _place(path: Path, key: object) -> str:
    """Return the file and the line of it on which a name stands."""
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = re.compile(rf"[\"']?{re.escape(str(key))}[\"']?\s*:")
    line = next((n for n, line in enumerate(lines, 1) if starts.match(line)), 1)
    return f"{path.name}:{line}: {key}"


def read_mapping(path: Path) -> dict[str, str]:
    """Read a file that maps words to words.

    Raises
    ------
    PublishingError
        It cannot be read, or holds something else.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = f":{mark.line + 1}" if mark else ""
        raise _wrong("H005", f"{path.name}{line}") from error
    if content is None:
        return {}
    if not isinstance(content, Mapping):
        raise _wrong("H006", path.name)
    for key, value in content.items():
        if not isinstance(key, str) or not isinstance(value, str | None):
            raise _wrong("H004", _place(path, key))
    return {key: value or "" for key, value in content.items()}


def _is_https(address: str) -> bool:
    parts = urlsplit(address)
    plain = re.fullmatch(r"[!-~]+", address) and not set(address) & set("<>\"'`\\")
    return bool(
        plain and parts.scheme == "https" and parts.hostname and not parts.query
    )


def _is_mail(address: str) -> bool:
    return bool(re.fullmatch(r"mailto:[\w.+-]+@[\w-]+(\.[\w-]+)+", address, re.ASCII))


_KINDS: Mapping[str, tuple[str, tuple[Callable[[str], bool], ...]]] = {
    "address": ("H002", (_is_https,)),
    "feedback": ("H003", (_is_https, _is_mail)),
}
"""What a setting may be, and the problem when it is something else."""
