"""The closed answers of one file, and the texts among them that are no answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from diagnose.errors import Problem
from diagnose.responses.answers.strange import strange_answers
from diagnose.responses.answers.vocabulary import Meaning, Vocabulary, find_decimal
from diagnose.responses.definition.proof import Proof, prove_codes
from diagnose.responses.model import CodesBy
from diagnose.responses.problems import problem

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument
    from diagnose.responses.columns.mapping import ColumnMapping


@dataclass(slots=True, kw_only=True)
class Answers:
    """The closed answers of one file.

    Attributes
    ----------
    values, not_applicable : pandas.DataFrame
        As in `Responses`; one column an item that was asked.
    touched : pandas.Series of bool
        Whether the respondent gave any closed answer, understood or not.
    answers_as : str
        ``"codes"``, ``"labels"`` or ``"mixed"``.
    codes_by : str
        What proves the meaning of codes, see `IntakeReport`.
    decimal : str
        Decimal mark of the numbers in the file.
    problems : list of Problem
        Texts that are no answer of the instrument, and codes that nothing proves.
    notes : list of Problem
        Codes that a definition proves to differ from those of the instrument.
    """

    values: pd.DataFrame
    not_applicable: pd.DataFrame
    touched: pd.Series
    answers_as: str
    codes_by: CodesBy
    decimal: str
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known about codes beside the cells themselves.

    Attributes
    ----------
    defined : mapping of str to mapping
        Item to the answers that a definition gives it: code to labels.
    absent : mapping of str to collection of str
        Item to the codes that the file declares as "not answered".
    trusted : bool
        Whether the file proves that it was fielded with this very instrument.
    labels_only : bool
        Whether the platform writes nothing but labels.
    """

    defined: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    absent: Mapping[str, Collection[str]] = field(default_factory=dict)
    trusted: bool = False
    labels_only: bool = False


@dataclass(slots=True)
class _Strange:
    """Texts on one response scale that were not understood, and who gave them."""

    vocabulary: Vocabulary
    items: list[str] = field(default_factory=list)
    rows: dict[str, np.ndarray] = field(default_factory=dict)

    def add(self, item: str, text: str, gave: np.ndarray) -> None:
        if item not in self.items:
            self.items.append(item)
        self.rows[text] = self.rows.get(text, np.zeros(len(gave), dtype=bool)) | gave


class _Reader:
    """Reads one item after another, and remembers what it met."""

    def __init__(
        self,
        instrument: Instrument,
        mapping: ColumnMapping,
        evidence: Evidence,
        decimal: str,
    ) -> None:
        self.instrument = instrument
        self.mapping = mapping
        self.evidence = evidence
        self.decimal = decimal
        self.seen: Counter[str] = Counter()
        self.seen_on: dict[str, Counter[str]] = {}
        self.coded: dict[str, list[str]] = {}
        self.strange: dict[str, _Strange] = {}
        self.proofs: dict[str, Proof] = {}
        self.in_words: set[str] = set()
        self._vocabularies: dict[object, Vocabulary] = {}

    def meanings(
        self, item: str, column: pd.Series, rows: np.ndarray | None
    ) -> list[Meaning]:
        """Return the meaning of each category; count them, note the strange ones."""
        vocabulary = self._vocabulary(item)
        codes = column.cat.codes.to_numpy()
        texts = [str(text) for text in column.cat.categories]
        meanings = [vocabulary.meaning(text) for text in texts]
        among = codes if rows is None else codes[rows]
        counts = np.bincount(among, minlength=len(texts))
        seen: Counter[str] = Counter()
        for position, meaning in enumerate(meanings):
            seen[_counted_as(meaning)] += int(counts[position])
            if counts[position] and not meaning.understood:
                record = self.strange.setdefault(
                    vocabulary.scale.id, _Strange(vocabulary)
                )
                record.add(item, texts[position].strip(), among == position)
        self.seen += seen
        self.seen_on.setdefault(vocabulary.scale.id, Counter()).update(seen)
        if {by for by, n in seen.items() if n} <= {"label", "missing"}:
            self.in_words.add(item)
        if seen["code"]:
            self.coded.setdefault(vocabulary.scale.id, []).append(item)
        return meanings

    def n_bare_codes(self) -> int:
        """Return how many answers are codes that no label and no definition backs.

        A number that is its own label may still be another platform's code, unless
        other answers in the file are labels: then all are.
        """
        in_words = self.evidence.labels_only or self.seen["label"] > 0
        return self.seen["code"] + (0 if in_words else self.seen["either"])

    def proofs_needed(self) -> Iterator[tuple[str, Proof]]:
        """Yield what a definition says of items that hold codes.

        Where all answers are labels, it does not matter what a definition calls them.
        """
        yield from ((i, p) for i, p in self.proofs.items() if i not in self.in_words)

    def _vocabulary(self, item: str) -> Vocabulary:
        """Return what is understood in a column; equal columns share one."""
        scale = self.instrument.response_scale_of(item)
        extra = self.mapping.labels.get(scale.id, {})
        proof = Proof()
        if item in self.evidence.defined:
            proof = prove_codes(self.evidence.defined[item], scale, extra=extra)
            self.proofs[item] = proof
        absent = frozenset(self.evidence.absent.get(item, ()))
        key = (scale.id, tuple(sorted(proof.codes.items())), absent)
        if key not in self._vocabularies:
            self._vocabularies[key] = Vocabulary(
                scale,
                extra=extra,
                answers=self.mapping.answers,
                missing=self.mapping.missing,
                decimal=self.decimal,
                proven=proof.codes,
                absent=absent,
            )
        return self._vocabularies[key]


def _counted_as(meaning: Meaning) -> str:
    """Return how an answer was understood; "don't know" needs no proof of its code."""
    return "na" if meaning.by == "code" and meaning.not_applicable else meaning.by


def read_answers(
    cells: pd.DataFrame,
    instrument: Instrument,
    mapping: ColumnMapping,
    *,
    place: str,
    evidence: Evidence | None = None,
    counted: pd.Series | None = None,
) -> Answers:
    """Turn the texts of the closed items into response-scale values.

    A code counts when something proves what it means: its label in a definition, a
    file that says which edition of the instrument was fielded, or a person.

    Parameters
    ----------
    cells : pandas.DataFrame of categories
        Texts as they stand in the file; columns are item ids.
    instrument : Instrument
        Declares the response scale of each item.
    mapping : ColumnMapping
        Labels, missing texts and decimal mark that a person gave.
    place : str
        Name of the export, for messages.
    evidence : Evidence, optional
        What is known about the codes.
    counted : pandas.Series of bool, optional
        The rows whose texts matter; all when absent. What stands in a preview or a
        repeated heading is nobody's answer and raises no question.
    """
    evidence = evidence or Evidence()
    rows = None if counted is None or counted.all() else counted.to_numpy()
    decimal = mapping.decimal or find_decimal(
        [str(text).strip() for item in cells for text in cells[item].cat.categories]
    )
    reader = _Reader(instrument, mapping, evidence, decimal)
    # One array each, a row an item, which the frames below take over without a copy.
    values = np.empty((len(cells.columns), len(cells)))
    flags = np.empty(values.shape, dtype=bool)
    touched = np.zeros(len(cells), dtype=bool)
    for row, item in enumerate(cells.columns):
        meanings = reader.meanings(item, cells[item], rows)
        codes = cells[item].cat.codes.to_numpy()
        known = np.array([m.value for m in meanings], dtype=float)
        known.take(codes, out=values[row], mode="clip")
        unknown = np.array([m.not_applicable for m in meanings], dtype=bool)
        unknown.take(codes, out=flags[row], mode="clip")
        touched |= np.array([m.by != "missing" for m in meanings], dtype=bool)[codes]
    index, columns = cells.index, cells.columns
    return Answers(
        values=pd.DataFrame(values.T, index=index, columns=columns, copy=False),
        not_applicable=pd.DataFrame(flags.T, index=index, columns=columns, copy=False),
        touched=pd.Series(touched, index=cells.index),
        answers_as=_answers_as(reader.seen),
        codes_by=_codes_by(reader),
        decimal=decimal,
        problems=list(_open_questions(reader, place)),
        notes=list(_reordered(reader, place)),
    )


def _answers_as(seen: Counter[str]) -> str:
    coded = seen["code"] + seen["proven"] + seen["told"]
    coded += 0 if seen["label"] else seen["either"]
    if coded and seen["label"]:
        return "mixed"
    return "labels" if seen["label"] else "codes"


def _codes_by(reader: _Reader) -> CodesBy:
    """Return what proves the meaning of the codes in the file."""
    if _answers_as(reader.seen) == "labels":
        return "labels"
    if reader.seen["proven"] and not reader.seen["code"]:
        return "definition"
    if reader.mapping.answers == "codes":
        return "person"
    if reader.evidence.trusted:
        return "edition"
    if reader.evidence.defined:
        return "definition"
    return "person" if reader.seen["told"] and not reader.n_bare_codes() else "nothing"


def _open_questions(reader: _Reader, place: str) -> Iterable[Problem]:
    """Yield everything about the answers that only a person can settle."""
    for strange in reader.strange.values():
        yield from strange_answers(
            strange.vocabulary, strange.items, strange.rows, place
        )
    confirmed = reader.evidence.trusted or reader.mapping.answers == "codes"
    n_bare = reader.n_bare_codes()
    if n_bare and not confirmed:
        yield problem("R046", place, n=n_bare)
    else:
        yield from _codes_among_labels(reader, place)
    for items, (theirs, label) in _grouped(reader, lambda proof: proof.unknown):
        scale = reader.instrument.response_scale_of(items[0]).id
        values = {"code": theirs, "label": label, "scale": scale}
        yield problem("R054", f"{place}: {', '.join(items)}", **values)
    for items, (theirs, labels) in _grouped(reader, lambda proof: proof.clashing):
        values = {"code": theirs, "labels": tuple(labels)}
        yield problem("R055", f"{place}: {', '.join(items)}", **values)
    for items, (ours, codes) in _grouped(reader, lambda proof: proof.doubled):
        values = {"codes": codes, "code": ours}
        yield problem("R177", f"{place}: {', '.join(items)}", **values)


def _codes_among_labels(reader: _Reader, place: str) -> Iterable[Problem]:
    """Yield a problem for codes on a scale of which the file has the labels too.

    Who exports words has no codes: a number among them is something else, also in a
    file that says which edition was fielded.
    """
    for scale_id, items in reader.coded.items():
        seen = reader.seen_on[scale_id]
        if seen["label"]:
            where = f"{place}: {', '.join(items)}"
            yield problem("R175", where, n=seen["code"], scale=scale_id)


def _grouped(
    reader: _Reader, part: Callable[[Proof], Mapping[str, Any]]
) -> Iterable[tuple[list[str], tuple[str, Any]]]:
    """Yield what definitions say, once for all items of which they say the same."""
    groups: dict[tuple[str, Any], list[str]] = {}
    for item, proof in reader.proofs_needed():
        for pair in part(proof).items():
            groups.setdefault(pair, []).append(item)
    yield from ((items, pair) for pair, items in groups.items())


def _reordered(reader: _Reader, place: str) -> Iterable[Problem]:
    """Yield a note for items whose codes are not those of the instrument."""
    groups: dict[str, list[str]] = {}
    for item, proof in reader.proofs_needed():
        pairs = ", ".join(
            f"{theirs} = {ours}" for theirs, ours in proof.reordered.items()
        )
        if pairs:
            groups.setdefault(pairs, []).append(item)
    for pairs, items in groups.items():
        yield problem("R073", f"{place}: {', '.join(items)}", pairs=pairs)
