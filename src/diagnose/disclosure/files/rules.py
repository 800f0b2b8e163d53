"""The rules that a written file is held against, one function each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from diagnose.disclosure.files.finder import Finder
from diagnose.disclosure.files.model import Number, Passage, Row, Written
from diagnose.disclosure.files.published import Numbers, Path, Published, folder_name
from diagnose.disclosure.files.tokens import (
    Token,
    find_tokens,
    readings,
    without_references,
)

_MOST_DIGITS = 6
_TELLING_DIGITS = 4
_SMALLEST_P = 0.001
_PACKS = "teams"
_FOLDERS = frozenset((_PACKS, "en", "nl", "figures", "handbook"))
"""Folders of the output; units may have such names too."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=\W*[A-ZÀ-Þ])|\n")
_COUNTED = re.compile(r"\b[nN]\s*=\s*(\d+)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_ADDRESS = re.compile(
    r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])"
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_LONG = re.compile(r"(?<![\d.,A-Za-z])\d{9,}(?![\dA-Za-z])")


def find_foreign(text: str) -> Iterator[str]:
    """Yield what looks like somebody's mail address, network address or number.

    Parameters
    ----------
    text : str
        In any language.
    """
    if "@" in text:
        yield from _MAIL.findall(text)
    if any(map(str.isdigit, text)):
        plain = without_references(text)
        yield from _ADDRESS.findall(plain)
        yield from _LONG.findall(plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """Something that may not stand where it stands."""

    code: str
    place: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """What files are held against.

    Attributes
    ----------
    published : Published
        What the files may hold.
    fixed : frozenset of str
        Further numbers, as written, that belong to fixed texts.
    further : Numbers
        Typed numbers of fixed files, such as simulations that the handbook shows.
    secret_texts : Finder
        Texts that may stand nowhere.
    secret_numbers : Numbers
        Numbers that may stand nowhere, unless a published one looks the same.
    """

    published: Published
    fixed: frozenset[str]
    further: Numbers
    secret_texts: Finder
    secret_numbers: Numbers
    _judged: dict[Token, bool] = field(default_factory=dict)

    def offences(self, written: Written) -> Iterator[Offence]:
        """Yield everything in a file that may not stand there."""
        for part in written.unread:
            yield Offence(
                code="D046" if part.broken else "D045", place=part.place, told=""
            )
        for number in written.numbers:
            yield from self._check_number(number)
        yield from self._check_folders(written.name)
        packed = self._packed_for(written.name)
        axes = _along_axes(written.passages)
        for passage in written.passages:
            yield from self._check_secrets(passage)
            if passage.kind not in ("axis", "code"):
                yield from self._check_passage(passage, axes)
        for row in written.rows:
            yield from self._check_row(row)
            if packed:
                yield from self._check_packed(row, packed)

    def _check_folders(self, name: str) -> Iterator[Offence]:
        """Find a folder that is named after a unit of which nothing is shown."""
        for folder in name.split("/")[:-1]:
            paths = self.published.folders.get(folder_name(folder), ())
            named = {path[-1] for path in paths}
            if (
                named
                and named <= self.published.hidden_names
                and folder not in _FOLDERS
            ):
                yield _offence("D047", name, folder)

    def _packed_for(self, name: str) -> tuple[Path, ...]:
        """Return the units that a file may be about, by the folder it lies in."""
        _, packs, inside = f"/{name}".partition(f"/{_PACKS}/")
        folders = [folder_name(folder) for folder in inside.split("/")[:-1]]
        if not packs or not folders:
            return ()
        return tuple(
            path
            for path in self.published.folders.get(folders[-1], ())
            if [folder_name(label) for label in path] == folders
        )

    def _check_packed(self, row: Row, paths: tuple[Path, ...]) -> Iterator[Offence]:
        """Find a number of another unit in the files that are made for one unit."""
        subscale = self.published.subscales.get(str(row.cells[0]))
        if subscale is None:
            return
        around = {path[:depth] for path in paths for depth in range(len(path) + 1)}
        allowed = Numbers(
            value
            for path in around
            for value in self.published.of_unit.get((path, subscale), ())
        )
        yield from self._strangers(row, allowed, counts=True)

    def _check_number(self, number: Number) -> Iterator[Offence]:
        known = self.published.numbers
        value = number.value
        if known.exact(value) or self.further.exact(value):
            return
        digits = _digits(value)
        if digits >= _TELLING_DIGITS and self.secret_numbers.rounded(
            value, min(digits, 12)
        ):
            yield _offence("D043", number.place, value)
        elif value.is_integer():
            if (
                number.kind in ("cell", "chart")
                and repr(int(abs(value))) not in self.fixed
            ):
                yield _offence("D040", number.place, value)
        elif number.kind != "position" and not self._shown_as(value, digits):
            yield _offence("D040", number.place, value)

    def _shown_as(self, value: float, digits: int) -> bool:
        """Tell whether a typed number is a published one, rounded."""
        if digits > _MOST_DIGITS:
            return False
        if any(
            n.rounded(value, digits) for n in (self.published.numbers, self.further)
        ):
            return True
        text = f"{abs(value):.{digits}f}"
        return text in self.fixed or text in self.published.fixed

    def _check_passage(
        self, passage: Passage, axes: frozenset[str]
    ) -> Iterator[Offence]:
        if passage.kind == "heading":
            yield from self._check_heading(passage)
        if passage.kind in ("prose", "heading"):
            yield from self._check_foreign(passage)
            yield from self._check_sentences(passage)
        text = self._without_names(passage.text)
        for token in find_tokens(text):
            if token.text in axes:
                continue
            if self._is_secret(token):
                yield _offence("D043", passage.place, token.text)
            elif not self._may_stand(token, script=passage.kind == "script"):
                yield _offence("D041", passage.place, token.text)

    def _check_secrets(self, passage: Passage) -> Iterator[Offence]:
        """Find secret texts, also where signs that nobody sees part their words."""
        for text in {passage.text: None, _UNSEEN.sub("", passage.text): None}:
            for secret in self.secret_texts.find(text):
                yield _offence("D043", passage.place, secret)

    def _check_heading(self, passage: Passage) -> Iterator[Offence]:
        """Find a part of a file that is all about a unit of which nothing is shown."""
        title = " ".join(passage.text.split())
        if title in self.published.hidden_names:
            yield _offence("D047", passage.place, title)

    def _check_foreign(self, passage: Passage) -> Iterator[Offence]:
        for match in find_foreign(passage.text):
            if match not in self.fixed:
                yield _offence("D044", passage.place, match)

    def _check_sentences(self, passage: Passage) -> Iterator[Offence]:
        """Find a number in the same sentence as a unit of which nothing is shown."""
        if not any(self.published.hidden.find(passage.text)):
            return
        for sentence in _SENTENCE.split(passage.text):
            if not any(self.published.hidden.find(sentence)):
                continue
            text = self._without_names(sentence)
            told = [t.text for t in find_tokens(text) if t.decimal or t.percent]
            told += _COUNTED.findall(text)
            for number in told:
                if not self._is_fixed(number):
                    yield _offence("D042", passage.place, number)

    def _check_row(self, row: Row) -> Iterator[Offence]:
        paths = self._subject(row.cells)
        if paths:
            allowed = self._numbers_of(paths, row.cells)
        elif self.published.hidden_names.isdisjoint(row.cells[1:]):
            return
        else:
            # The log names hidden units too, beside counts of what was decided.
            allowed = Numbers(())
        yield from self._strangers(row, allowed, counts=bool(paths))

    def _strangers(
        self, row: Row, allowed: Numbers, *, counts: bool
    ) -> Iterator[Offence]:
        """Yield the numbers beside the name of a row that are not allowed there."""
        for cell in row.cells[1:]:
            if isinstance(cell, float | int):
                if not self._cell_of_unit(cell, allowed, counts=counts):
                    yield _offence("D042", row.place, cell)
                continue
            for token in find_tokens(self._without_names(cell)):
                told = counts or token.decimal or token.percent
                if told and not self._of_unit(token, allowed):
                    yield _offence("D042", row.place, token.text)

    def _cell_of_unit(self, value: float, allowed: Numbers, *, counts: bool) -> bool:
        if not counts and float(value).is_integer():
            return True
        digits = min(_digits(value), _MOST_DIGITS)
        return allowed.exact(value) or allowed.rounded(value, digits)

    def _subject(self, cells: Sequence[str | float]) -> tuple[Path, ...]:
        """Return the units that a row may be about, by its first cell."""
        lines = [line.strip() for line in str(cells[0]).split("\n")]
        whole = " ".join(" ".join(lines).split())
        paths = self.published.units.get(whole) or self.published.units.get(
            lines[0], ()
        )
        if len(paths) < 2:
            return paths
        beside = [" ".join(str(c).split()) for c in (*lines[1:], *cells[1:])]
        above = {p for text in beside for p in self.published.units.get(text, ())}
        within = tuple(p for p in paths if p[:-1] in above)
        return within or paths

    def _numbers_of(
        self, paths: Iterable[Path], cells: Sequence[str | float]
    ) -> Numbers:
        """Return the numbers of units on the subscales that a row names."""
        titles = self.published.subscales
        named = {titles[c] for c in cells if isinstance(c, str) and c in titles}
        chosen = {"", *named} if named else {"", *titles.values()}
        return Numbers(
            value
            for path in paths
            for subscale in chosen
            for value in self.published.of_unit.get((path, subscale), ())
        )

    def _of_unit(self, token: Token, allowed: Numbers) -> bool:
        found = readings(token.text)
        return (
            not found
            or self._is_fixed(token.text)
            or any(allowed.rounded(v, d, percent=token.percent) for v, d in found)
        )

    def _is_fixed(self, number: str) -> bool:
        """Tell whether a number beside a name is a threshold, or a smallest p-value."""
        found = readings(number)
        return any(v in self.published.limits or v == _SMALLEST_P for v, _ in found)

    def _is_secret(self, token: Token) -> bool:
        return any(
            digits >= _TELLING_DIGITS
            and self.secret_numbers.rounded(value, digits)
            and not self.published.numbers.rounded(value, digits)
            for value, digits in readings(token.text)
        )

    def _may_stand(self, token: Token, *, script: bool) -> bool:
        if not token.decimal and not token.percent:
            return True
        if script and not any(digits > 2 for _, digits in readings(token.text)):
            return True
        known = self._judged.get(token)
        if known is None:
            known = self._judged[token] = self._is_published(token)
        return known

    def _is_published(self, token: Token) -> bool:
        if token.text in self.fixed or token.text in self.published.fixed:
            return True
        found = readings(token.text)
        return not found or any(
            numbers.rounded(value, digits, percent=token.percent)
            for value, digits in found
            for numbers in (self.published.numbers, self.further)
        )

    def _without_names(self, text: str) -> str:
        """Take the names of units out of a text: their digits are no numbers."""
        for name in self.published.labels:
            if name in text:
                text = text.replace(name, " ")
        return text


def _offence(code: str, place: str, told: object) -> Offence:
    return Offence(code=code, place=place, told=str(told))


def _digits(value: float) -> int:
    """Return how many decimals a typed number shows."""
    text = repr(float(value))
    if "e" in text:
        return 99 if "e-" in text else 0
    fraction = text.partition(".")[2]
    return 0 if fraction == "0" else len(fraction)


def _along_axes(passages: Iterable[Passage]) -> frozenset[str]:
    return frozenset(
        token.text
        for passage in passages
        if passage.kind == "axis"
        for token in find_tokens(passage.text)
    )
