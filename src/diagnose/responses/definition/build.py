"""From what a platform's file says to one definition, leaving out what is not sure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from re import compile as pattern

from diagnose.instrument.labels import normalise_label
from diagnose.responses.definition.model import Definition, Unproven

Labels = Mapping[str, str]
"""Language to label; a platform's second name for a category has a key of its own."""

_MARKUP = pattern(r"<[^<>]*>")
MOST_TEXT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question or one row of a matrix, as a definition has it.

    Attributes
    ----------
    names : tuple of str
        How an export calls its column.
    short : tuple of str
        Names that say less: the row without its block. They give way to a question
        that has such a name as its own.
    choices : tuple of (str, mapping)
        Answer code in an export, and its labels by language; none when no single
        category is chosen.
    texts : tuple of str
        Its wordings.
    """

    names: tuple[str, ...]
    short: tuple[str, ...] = ()
    choices: tuple[tuple[str, Labels], ...] = ()
    texts: tuple[str, ...] = ()


def row_names(block: str, row: str) -> tuple[str, ...]:
    """Return how exports call a row of a block: ``v[v1]``, ``v_v1``, ``v/v1``, …."""
    b, r = block.strip(), row.strip()
    return (f"{b}[{r}]", f"{b}_{r}", f"{b}/{r}", f"{b}.{r}", f"{b}-{r}")


def row_short(block: str, row: str) -> tuple[str, ...]:
    """Return shorter names of a row: ``v1``, also for row ``1`` of block ``v``.

    A bare number names nothing, and ``q1`` with ``1`` would be ``q11``, which may be
    a question of its own: neither is a name.
    """
    b, r = block.strip(), row.strip()
    if r[:1].isalpha():
        return (r,)
    return (b + r,) if r.isdigit() and b[-1:].isalpha() else ()


def plain(text: object) -> str:
    """Return a text of a definition without markup, entities and runs of blanks."""
    if not isinstance(text, str):
        return ""
    return " ".join(unescape(_MARKUP.sub(" ", text[: 10 * MOST_TEXT])).split())[
        :MOST_TEXT
    ]


@dataclass(slots=True)
class _Key:
    """What is claimed about one name of a column."""

    answers: list[Mapping[str, tuple[str, ...]] | None] = field(default_factory=list)
    texts: list[tuple[str, ...]] = field(default_factory=list)
    failed: bool = False

    def add(
        self, answers: Mapping[str, tuple[str, ...]] | None, texts: tuple[str, ...]
    ) -> None:
        self.failed |= answers is None
        known = answers or {}
        if not any(_same(known, other or {}) for other in self.answers):
            self.answers.append(known)
        if texts not in self.texts:
            self.texts.append(texts)

    @property
    def state(self) -> Unproven | None:
        if self.failed or len(self.answers) > 1:
            return "ambiguous"
        return None if self.answers[0] else "open"


def build_definition(asked: Iterable[Asked], *, source: str, kind: str) -> Definition:
    """Return the definition that holds these questions.

    Parameters
    ----------
    asked : iterable of Asked
        In any order; nothing is inferred from it.
    source, kind : str
        As in `Definition`.
    """
    own: dict[str, _Key] = defaultdict(_Key)
    short: dict[str, _Key] = defaultdict(_Key)
    for one in asked:
        answers = _answers(one.choices)
        texts = tuple(dict.fromkeys(text for text in map(plain, one.texts) if text))
        for keys, names in ((own, one.names), (short, one.short)):
            for name in {name.strip().casefold() for name in names} - {""}:
                keys[name].add(answers, texts)
    keys = {**short, **own}
    return Definition(
        source=source,
        kind=kind,
        answers={
            name: key.answers[0] or {} for name, key in keys.items() if not key.state
        },
        wordings={
            name: key.texts[0]
            for name, key in keys.items()
            if len(key.texts) == 1 and key.texts[0]
        },
        unproven={name: key.state for name, key in keys.items() if key.state},
    )


def _answers(
    choices: Iterable[tuple[str, Labels]],
) -> Mapping[str, tuple[str, ...]] | None:
    """Return code to labels; None when a code has two labels in one language."""
    by_code: dict[str, dict[str, str]] = defaultdict(dict)
    for raw, labels in choices:
        code = raw.strip()
        for language, label in labels.items():
            text = plain(label)
            if not code or not text:
                continue
            first = by_code[code].setdefault(language, text)
            if normalise_label(first) != normalise_label(text):
                return None
    return {
        code: tuple(dict.fromkeys(labels.values())) for code, labels in by_code.items()
    }


def _same(
    one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]
) -> bool:
    return _folded(one) == _folded(other)


def _folded(answers: Mapping[str, tuple[str, ...]]) -> dict[str, set[str]]:
    return {
        code: {normalise_label(label) for label in labels}
        for code, labels in answers.items()
    }
