"""The audit of written files, after the audit of what they were made of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from diagnose.disclosure.files.finder import Finder
from diagnose.disclosure.files.model import Written
from diagnose.disclosure.files.published import Numbers, published_numbers
from diagnose.disclosure.files.read import read_folder
from diagnose.disclosure.files.rules import (
    Offence,
    Rules,
    find_foreign,
)
from diagnose.disclosure.files.secrets import Secrets, as_secrets
from diagnose.disclosure.files.tokens import find_tokens
from diagnose.disclosure.publication import Publication
from diagnose.errors import DisclosureError, Problem
from diagnose.language.problems import worded_problem

_LONG_NUMBER = re.compile(r"\d{9,}")
_ABOUT_NAMES = frozenset({"D042", "D047"})
Places = str | Path | Iterable[str | Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAccount:
    """What was read of one file.

    Attributes
    ----------
    name : str
        Path from the folder that was read.
    sha256 : str
        Hash of its content.
    n_numbers, n_texts : int
        Typed numbers and texts that were held against the publication.
    n_offences : int
        How many of them may not stand there.
    """

    name: str
    sha256: str
    n_numbers: int
    n_texts: int
    n_offences: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAudit:
    """What the audit of written files found.

    Attributes
    ----------
    files : tuple of FileAccount
        One a file, by name.
    problems : tuple of Problem
        Everything that may not stand where it stands, with its place.
    """

    files: tuple[FileAccount, ...]
    problems: tuple[Problem, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    def to_frame(self) -> pd.DataFrame:
        """Return one row a file."""
        names = list(FileAccount.__dataclass_fields__)
        return pd.DataFrame([asdict(file) for file in self.files], columns=names)


def audit_files(
    places: Places,
    publication: Publication,
    *,
    allowed: Iterable[str | Path] = (),
    secrets: Secrets | Iterable[str | float] = (),
    apart: Collection[str] = (),
    made_up: Collection[str] = (),
) -> FileAudit:
    """Read files back and hold everything in them against the publication.

    A typed number (cell, chart, its workbook, data) is a published number, its
    percentage, or one of them rounded to the digits it has. So is every number with
    decimals or a percent sign in a text, unless it stands in the fixed texts of the
    program and the instrument, or along an axis in even steps. This alone finds few
    leaks: with some thousand numbers published, most numbers with two decimals are a
    published one somewhere. So names decide. In the row of a unit every number is one
    of that unit's own; in the files made for a unit, of its own, of the units above it
    or of the organisation; no number stands in a sentence with a unit of which nothing
    is shown, and no part or folder is named after one. Nothing that could come from
    somebody's answers stands anywhere: addresses, long numbers, and all that is named
    in `secrets`. And every file is of a kind that can be read.

    What the rules do not see: the shapes in pictures; whole numbers in running text
    that names no hidden unit; a rounded number of a hidden unit far from its name; and
    numbers in styles, names of parts and lengths, in which only `secrets` that are
    texts are looked for.

    Parameters
    ----------
    places : str, Path or iterable of them
        A folder, a file, or several.
    publication : Publication
        What the files were made of.
    allowed : iterable of str or Path
        Further fixed texts, or files and folders with them; their numbers may be shown.
    secrets : Secrets or iterable of str or float
        What may stand nowhere: answers, ids, means of hidden groups. Texts of at least
        four characters are found as whole words; numbers exactly, and rounded to four
        decimals or more unless a published number looks the same.
    apart : collection of str
        Names of what stands in a folder and is audited by itself.
    made_up : collection of str
        Parts of the names of files about units that do not exist, such as a worked
        example, also inside a packed file: a unit of the client may be called the
        same. Only the rules about names are left out there.

    Returns
    -------
    FileAudit
        What was read and what was found.

    Raises
    ------
    ValueError
        A secret is too short to be told from other text.
    """
    rules = make_rules(publication, allowed, secrets)
    files: list[FileAccount] = []
    problems: list[Problem] = []
    for written in _read(places, apart):
        offences = list(dict.fromkeys(rules.offences(written)))
        if made_up:
            offences = [own for own in offences if not _is_made_up(own, made_up)]
        problems += map(_problem, offences)
        files.append(
            FileAccount(
                name=written.name,
                sha256=written.sha256,
                n_numbers=len(written.numbers),
                n_texts=len(written.passages),
                n_offences=len(offences),
            )
        )
    return FileAudit(files=tuple(files), problems=tuple(problems))


def check_files(
    places: Places,
    publication: Publication,
    *,
    allowed: Iterable[str | Path] = (),
    secrets: Secrets | Iterable[str | float] = (),
    apart: Collection[str] = (),
    made_up: Collection[str] = (),
) -> FileAudit:
    """Audit files and refuse them when anything is found.

    Parameters
    ----------
    places, publication, allowed, secrets, apart, made_up
        As in `audit_files`.

    Raises
    ------
    DisclosureError
        Every offence with its place (D040 to D047).
    """
    done = audit_files(
        places,
        publication,
        allowed=allowed,
        secrets=secrets,
        apart=apart,
        made_up=made_up,
    )
    if done.problems:
        raise DisclosureError(done.problems)
    return done


def _is_made_up(offence: Offence, made_up: Collection[str]) -> bool:
    """Tell whether a name stands on a page about units that do not exist.

    A place begins with the file, and for a page inside a packed file with both.
    """
    page = " ".join(offence.place.split()[:2])
    return offence.code in _ABOUT_NAMES and any(part in page for part in made_up)


def _read(places: Places, apart: Collection[str]) -> Iterator[Written]:
    several = [places] if isinstance(places, str | Path) else places
    for place in several:
        yield from read_folder(place, apart=apart)


def make_rules(
    publication: Publication,
    allowed: Iterable[str | Path],
    secrets: Secrets | Iterable[str | float],
) -> Rules:
    """Return what files are held against; see `audit_files`."""
    hidden = as_secrets(secrets)
    fixed, further = _read_allowed(allowed)
    return Rules(
        published=published_numbers(publication),
        fixed=frozenset(fixed),
        further=Numbers(further),
        secret_texts=Finder(hidden.texts),
        secret_numbers=Numbers(hidden.numbers),
    )


def _read_allowed(allowed: Iterable[str | Path]) -> tuple[set[str], list[float]]:
    """Return the numbers and addresses of fixed texts, and typed numbers of files."""
    texts: list[str] = []
    values: list[float] = []
    for one in allowed:
        if isinstance(one, str):
            texts.append(one)
            continue
        for written in read_folder(one):
            texts += written.texts
            values += (number.value for number in written.numbers)
    fixed: set[str] = set()
    for text in texts:
        fixed.update(token.text for token in find_tokens(text))
        fixed.update(find_foreign(text))
        fixed.update(_LONG_NUMBER.findall(text))
    return fixed, values


def _problem(offence: Offence) -> Problem:
    values = {"told": offence.told} if offence.told else {}
    return worded_problem("files", offence.code, offence.place, values)
