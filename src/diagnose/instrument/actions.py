"""The library of actions: what can be done about what was found, as data.

Actions are prepared and not prescribed: each says when not to take it, what it costs
and how strong the evidence behind it is.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from diagnose.documents import parse_document
from diagnose.documents.yaml import read_content
from diagnose.errors import InstrumentError
from diagnose.instrument.actions_check import SPECIAL_TOPICS, check_actions
from diagnose.instrument.load import list_instruments, load_instrument, surveys_folder
from diagnose.instrument.model import (
    Code,
    Instrument,
    InstrumentId,
    Translations,
    Words,
)
from diagnose.instrument.problems import PATTERNS

FILE_NAME = "actions.yaml"
WEEKS = 6
Strength = Literal["strong", "moderate", "thin", "practice-only"]

_Topic = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


class _Part(BaseModel):
    """Base of every part: frozen, strict, and without unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Step(_Part):
    """One thing to do, in one of the first six weeks."""

    week: int = Field(ge=1, le=WEEKS)
    what: Translations = Field(description="What is done, in one or two sentences")


class Evidence(_Part):
    """How much is known about an action of this kind."""

    strength: Strength
    words: Translations = Field(description="One honest sentence on what was found")
    sources: tuple[_Topic, ...] = Field(
        default=(), description="Keys of `sources`; none only for practice alone"
    )


class Action(_Part):
    """One thing that can be tried about one topic.

    Attributes
    ----------
    id : str
        Of its own in the library.
    about : str
        A subscale of the instrument, or one of `SPECIAL_TOPICS`.
    title : mapping of str to str
        Language to words, as are all texts below.
    steps : tuple of Step
        What is done in the first six weeks, in order.
    by : mapping
        Who does it, as a role.
    progress : mapping
        What can be seen when it works.
    items : tuple of str
        Items of the instrument that would move first; none when no item would.
    cost : mapping
        What it takes, and what may go wrong.
    not_when : mapping
        When to leave it.
    evidence : Evidence
        How much is known.
    """

    id: _Topic
    about: _Topic
    title: Translations
    steps: tuple[Step, ...] = Field(min_length=2)
    by: Translations
    progress: Translations
    items: tuple[Code, ...] = ()
    cost: Translations
    not_when: Translations
    evidence: Evidence


class Source(_Part):
    """Something that evidence refers to."""

    citation: Words
    address: Words | None = None


class ActionLibrary(_Part):
    """Everything that can be tried, for one instrument.

    Attributes
    ----------
    instrument : str
        Id of the instrument.
    version : str
        Raised when an action changes; empty for the empty library.
    licence : str
        Terms on which the texts may be used.
    sources : mapping of str to Source
        Key to citation.
    actions : tuple of Action
        In the order in which they are proposed within a topic.
    """

    instrument: InstrumentId
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    licence: Words
    sources: dict[_Topic, Source]
    actions: tuple[Action, ...]

    def about(self, topic: str) -> tuple[Action, ...]:
        """Return the actions on one topic, in the order of the library."""
        return tuple(action for action in self.actions if action.about == topic)

    def for_instrument(self, instrument: Instrument) -> ActionLibrary:
        """Return the library without actions about what `instrument` does not ask."""
        asked = {subscale.id for subscale in instrument.subscales}
        items = {item.id for item in instrument.items}
        kept = tuple(
            action
            for action in self.actions
            if action.about in {*asked, *SPECIAL_TOPICS} and items >= {*action.items}
        )
        return self.model_copy(update={"actions": kept, "instrument": instrument.id})


def load_actions(
    instrument: Instrument, *, path: str | Path | None = None
) -> ActionLibrary:
    """Load the actions that go with an instrument, and check them.

    Parameters
    ----------
    instrument : Instrument
        What was asked. The library of the instrument of this kit with the same id is
        used, without what `instrument` does not ask.
    path : str or Path, optional
        Your own file of actions for this instrument; it must cover all of it.

    Returns
    -------
    ActionLibrary
        Without actions when there is no library for this instrument.

    Raises
    ------
    InstrumentError
        The file cannot be read or used; everything that is wrong at once.

    Examples
    --------
    >>> library = load_actions(load_instrument("bottom-up"))
    >>> [action.id for action in library.about("divided")][0]
    'divided-hear-both'
    """
    if path is not None:
        return _read(Path(path), Path(path).as_posix(), instrument)
    if instrument.id not in list_instruments():
        return _empty(instrument)
    source = surveys_folder() / instrument.id / FILE_NAME
    if not source.is_file():
        return _empty(instrument)
    place = f"surveys/{instrument.id}/{FILE_NAME}"
    library = _read(source, place, load_instrument(instrument.id))
    return library.for_instrument(instrument)


def _empty(instrument: Instrument) -> ActionLibrary:
    return ActionLibrary(
        instrument=instrument.id,
        version="0.0.0",
        licence=instrument.provenance.licence,
        sources={},
        actions=(),
    )


def _read(
    source: Path | Traversable, place: str, instrument: Instrument
) -> ActionLibrary:
    content, problems = read_content(source, place=place)
    if content is None:
        raise InstrumentError(problems)
    return _from_bytes(content, place, instrument)


@lru_cache(maxsize=8)
def _from_bytes(content: bytes, place: str, instrument: Instrument) -> ActionLibrary:
    library, problems = parse_document(
        ActionLibrary, content, place=place, patterns=PATTERNS
    )
    if library is None:
        raise InstrumentError(problems)
    contradictions = check_actions(library, instrument, place=place)
    if contradictions:
        raise InstrumentError(contradictions)
    return library
