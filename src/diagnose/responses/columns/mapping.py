"""The mapping file: what a person says about the columns of one export."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from diagnose.documents import read_document, validate_document
from diagnose.errors import Problem, ResponseError
from diagnose.instrument.labels import label_codes, normalise_label
from diagnose.instrument.model import Instrument, Role
from diagnose.responses.answers.vocabulary import is_number
from diagnose.responses.problems import problem

Heading = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Level = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,15}$")]
_PATTERNS = {
    r"^[a-z][a-z0-9_]{0,15}$": (
        "a lower-case letter, then up to 15 lower-case letters, digits or underscores"
    ),
}
RESERVED = (
    *("wave", "role", "language", "seconds", "link", "n_members", "order"),
    *("unit", "edition", "submitted", "response"),
)
"""Names that no level of the hierarchy may have: they are columns already."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RoleColumn(_Part):
    """The column that tells work floor from leaders."""

    column: Heading
    labels: dict[Role, tuple[str, ...]] = Field(
        default_factory=dict, description="Texts in that column for each role"
    )


class ColumnMapping(_Part):
    """Which column holds what; everything that is absent is recognised or left out.

    A heading may also be given as the code with which it starts.
    """

    confirmed: bool = Field(
        default=True, description="False in a proposal that nobody has looked at yet"
    )
    items: dict[str, Heading | None] = Field(
        default_factory=dict,
        description="Item id to heading; null when the item must not be read",
    )
    units: dict[Level, Heading] | None = Field(
        default=None, description="Level to heading, large to small"
    )
    unit: Heading | None = Field(
        default=None,
        description="One column that names the smallest unit, by code, path or name",
    )
    unit_names: dict[str, str] = Field(
        default_factory=dict,
        description="Name as answered to the name or path in the organisation file",
    )
    open_items: dict[str, Heading | None] = Field(
        default_factory=dict,
        description="Open item to heading; read apart from everything else",
    )
    role: Role | RoleColumn | None = Field(
        default=None, description="One role for everyone, or the column that tells"
    )
    language: Heading | None = None
    seconds: Heading | None = None
    link: Heading | None = None
    edition: Heading | None = Field(
        default=None, description="Column that tells with which edition it was fielded"
    )
    editions: tuple[str, ...] = Field(
        default=(),
        description="Other editions of the instrument that may be read as this one",
    )
    submitted: Heading | None = Field(
        default=None, description="Column that is empty in partial responses"
    )
    labels: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="Response scale to label to code, as confirmed by a person",
    )
    answers: Literal["auto", "codes", "labels"] = "auto"
    reversed_by_platform: tuple[str, ...] = Field(
        default=(), description="Items whose answers the platform already reversed"
    )
    missing: tuple[str, ...] = Field(
        default=(), description="Texts that mean 'not answered', beside blank cells"
    )
    decimal: Literal[",", "."] | None = None


def read_mapping(
    given: str | Path | dict[str, Any] | ColumnMapping | None, instrument: Instrument
) -> ColumnMapping:
    """Read a mapping and check it against the instrument.

    Parameters
    ----------
    given : str, Path, dict, ColumnMapping or None
        A YAML file, its content, or nothing: then columns are recognised by code or
        by question text.
    instrument : Instrument
        Knows the items, response scales and codes that may be named.

    Raises
    ------
    ResponseError
        The file cannot be read, or names what the instrument does not have; all
        problems at once.
    """
    if given is None:
        return ColumnMapping()
    if isinstance(given, ColumnMapping):
        mapping, place = given, "mapping"
    else:
        mapping, place = _parse(given)
    problems = list(_against_instrument(mapping, instrument, place))
    if problems:
        raise ResponseError(problems)
    return mapping


def _parse(given: str | Path | dict[str, Any]) -> tuple[ColumnMapping, str]:
    if isinstance(given, dict):
        place = "mapping"
        mapping, problems = validate_document(
            ColumnMapping, given, place=place, patterns=_PATTERNS
        )
    else:
        place = Path(given).name
        mapping, problems = _read(Path(given))
    if mapping is None:
        raise ResponseError(problems)
    return mapping, place


def _read(path: Path) -> tuple[ColumnMapping | None, list[Problem]]:
    if not path.is_file():
        return None, [problem("R036", str(path))]
    mapping, problems = read_document(
        ColumnMapping, path, place=path.name, patterns=_PATTERNS
    )
    if problems and _is_only_comments(path):
        return ColumnMapping(), []
    return mapping, problems


def _is_only_comments(path: Path) -> bool:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    return all(not line.strip() or line.lstrip().startswith("#") for line in lines)


def _against_instrument(
    mapping: ColumnMapping, instrument: Instrument, place: str
) -> Iterable[Problem]:
    if not mapping.confirmed:
        yield problem("R056", place)
    closed = [item.id for item in instrument.closed_items]
    opened = [item.id for item in instrument.open_items]
    for part, items, known in (
        ("items", mapping.items, closed),
        ("reversed_by_platform", mapping.reversed_by_platform, closed),
        ("open_items", mapping.open_items, opened),
    ):
        yield from (
            unknown(f"{place}: {part}", item, known)
            for item in items
            if item not in known
        )
    for level in mapping.units or {}:
        if level in RESERVED or level in closed:
            yield problem("R037", f"{place}: units.{level}", level=level)
    yield from _unknown_codes(mapping, instrument, place)
    yield from _contradictions(mapping, instrument, place)


def _unknown_codes(
    mapping: ColumnMapping, instrument: Instrument, place: str
) -> Iterable[Problem]:
    codes = {s.id: [p.code for p in s.points] for s in instrument.response_scales}
    for scale, labels in mapping.labels.items():
        if scale not in codes:
            yield unknown(f"{place}: labels", scale, list(codes))
            continue
        for label, code in labels.items():
            if code not in codes[scale]:
                yield unknown(f"{place}: labels.{scale}.{label}", code, codes[scale])


def _contradictions(
    mapping: ColumnMapping, instrument: Instrument, place: str
) -> Iterable[Problem]:
    """Yield what a mapping says of answers that the instrument says otherwise.

    What respondents read is the label; a code may well be another one's on a platform,
    so that a number as a label contradicts nothing.
    """
    for scale in instrument.response_scales:
        known = label_codes(scale)
        for label, code in mapping.labels.get(scale.id, {}).items():
            own = known.get(normalise_label(label), code)
            if own != code and not is_number(normalise_label(label)):
                where = f"{place}: labels.{scale.id}"
                yield problem("R085", where, label=label, own=own, given=code)
        values = {point.code for point in scale.points if point.value is not None}
        answers = {label for label, code in known.items() if code in values}
        answers |= {normalise_label(code) for code in values}
        for text in mapping.missing:
            if normalise_label(text) in answers:
                yield problem("R086", f"{place}: missing", text=text, scale=scale.id)


def unknown(place: str, value: str, allowed: list[str]) -> Problem:
    """Return the problem of a name that is none of those allowed."""
    near = get_close_matches(value.casefold(), allowed, n=1)
    if near:
        return problem("R032", place, value=value, near=near[0])
    return problem("R033", place, value=value, allowed=tuple(allowed))
