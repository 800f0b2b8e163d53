"""What a publisher sets: where the site stands, where feedback goes, redirects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from diagnose.errors import UnsupportedError

SETTINGS = "publishing.yml"
REDIRECTS = "redirects.yml"
_NAME = re.compile(r"[a-z0-9][a-z0-9/_-]*")


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
    UnsupportedError
        A setting is unknown, or is no address of the kind that it needs.
    """
    content = read_mapping(path) if path.is_file() else {}
    unknown = sorted(set(content) - {"address", "feedback"})
    if unknown:
        raise UnsupportedError(
            f"{path.name}: {unknown[0]!r} is no setting; address and feedback are."
        )
    address, feedback = content.get("address", ""), content.get("feedback", "")
    if address and not _is_https(address):
        raise UnsupportedError(
            f"{path.name}: address: {address!r} is no https address without query."
        )
    if feedback and not (_is_https(feedback) or _is_mail(feedback)):
        raise UnsupportedError(
            f"{path.name}: feedback: {feedback!r} is neither https nor mailto."
        )
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
    UnsupportedError
        An address is not plain or belongs to a page, or leads to no page; the message
        names the line.
    """
    found = read_mapping(path) if path.is_file() else {}
    for source, target in found.items():
        wrong = _wrong_redirect(source, target, root)
        if wrong:
            line = _line_of(path, source)
            raise UnsupportedError(f"{path.name}, line {line}: {source}: {wrong}.")
    return found


def _wrong_redirect(source: str, target: str, root: Path) -> str:
    if not _NAME.fullmatch(source) or ".." in source or source.endswith("/"):
        return "an address has small letters, digits, hyphens and slashes only"
    if source in ("index", "404", "search", "genindex", "downloads"):
        return "this name is taken by the site itself"
    if _is_page(root, source):
        return "a page has this address"
    if not _is_page(root, target):
        return f"there is no page {target}"
    return ""


def _is_page(root: Path, name: str) -> bool:
    return any((root / f"{name}{end}").is_file() for end in (".md", ".ipynb"))


def _line_of(path: Path, key: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = re.compile(rf"[\"']?{re.escape(key)}[\"']?\s*:")
    return next((n for n, line in enumerate(lines, 1) if starts.match(line)), 1)


def read_mapping(path: Path) -> dict[str, str]:
    """Read a file that maps words to words.

    Raises
    ------
    UnsupportedError
        It cannot be read, or holds something else.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise UnsupportedError(f"{path.name} cannot be read: {error}") from error
    if not isinstance(content, Mapping):
        raise UnsupportedError(f"{path.name}: a list of settings is expected.")
    for key, value in content.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise UnsupportedError(f"{path.name}: {key}: a text is expected.")
    return dict(content)


def _is_https(address: str) -> bool:
    parts = urlsplit(address)
    plain = re.fullmatch(r"[!-~]+", address) and not set(address) & set("<>\"'`\\")
    return bool(
        plain and parts.scheme == "https" and parts.hostname and not parts.query
    )


def _is_mail(address: str) -> bool:
    return bool(re.fullmatch(r"mailto:[\w.+-]+@[\w-]+(\.[\w-]+)+", address, re.ASCII))
