"""The survey as respondents meet it, before any platform gives it a form of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Words = Mapping[str, str]
"""Language code to text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer that can be chosen.

    Attributes
    ----------
    code : str
        As the instrument has it, such as ``"4"`` or ``"na"``.
    number : int
        The code where a platform wants a number; 9, 99 or 999 for "don't know".
    label : mapping
        Words in each language.
    apart : bool
        Whether it stands beside the scale, as "don't know" does.
    """

    code: str
    number: int
    label: Words
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One row of a matrix: the id of an item and its wording."""

    id: str
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Statements that share their answers.

    Attributes
    ----------
    id : str
        Block of the items: the subscale, ``single…`` or ``context``.
    title : mapping
        Neutral heading, which does not tell what is measured.
    stem : mapping
        What to do.
    options : tuple of Option
        In the order shown.
    rows : tuple of Statement
        In the order shown, shuffled already where the order is ``"shuffled"``.
    """

    id: str
    title: Words
    stem: Words
    options: tuple[Option, ...]
    rows: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A question with one answer out of a list: the unit in which someone works."""

    id: str
    title: Words
    text: Words
    hint: Words
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A question answered in writing.

    Attributes
    ----------
    id : str
        Open item, or ``link``.
    long : bool
        Several lines (own words), or one (a code).
    hint : mapping
        May be empty.
    """

    id: str
    title: Words
    text: Words
    hint: Words
    long: bool


Question = Matrix | Choice | Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A heading and what stands below it."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One form of an instrument, ready to be fielded.

    Attributes
    ----------
    name : str
        Stem of file names and ids: instrument and form, such as ``bottom-up-floor``.
    instrument, version, form, role : str
        Where it comes from.
    edition : str
        Instrument, version and the first 12 digits of its hash; an export that carries
        it proves with which definition it was fielded.
    languages : tuple of str
        The first one is the base language.
    title, form_title, introduction, tick, thanks, status : mapping
        Words around the questions in each language.
    privacy_title, agree, proceed : mapping
        Heading of the page on privacy; the sentence beside a box to tick; and what
        stands in its place where nothing can be ticked.
    privacy : mapping of str to tuple of Paragraph
        What respondents are told before they start; the last one says whom to ask.
    licence : str
        Of the texts.
    questions : tuple of Question
        In the order shown; each may be a page of its own.
    hidden : mapping of str to str
        Columns that respondents do not see: ``role`` and ``edition``.
    random : bool
        Whether the platform itself must shuffle the rows for each respondent.
    """

    name: str
    instrument: str
    version: str
    form: str
    role: str
    edition: str
    languages: tuple[str, ...]
    title: Words
    form_title: Words
    introduction: Words
    tick: Words
    thanks: Words
    status: Words
    privacy_title: Words
    agree: Words
    proceed: Words
    privacy: Mapping[str, tuple[Paragraph, ...]]
    licence: str
    questions: tuple[Question, ...]
    hidden: Mapping[str, str]
    random: bool

    @property
    def language(self) -> str:
        """The base language."""
        return self.languages[0]

    @property
    def matrices(self) -> tuple[Matrix, ...]:
        """The blocks of statements, in order."""
        return tuple(q for q in self.questions if isinstance(q, Matrix))

    def statements(self) -> Iterator[tuple[Matrix, Statement]]:
        """Yield every statement with its block, in order."""
        for matrix in self.matrices:
            for row in matrix.rows:
                yield matrix, row
