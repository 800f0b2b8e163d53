"""``assessment.yaml``: what a consultant writes about one assessment."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from diagnose.documents import read_document
from diagnose.errors import AssessmentError, Problem
from diagnose.instrument.export.details import FieldingDetails
from diagnose.responses.read.names import PlatformName
from diagnose.responses.rows.check import Duplicates, Partials, Trials

FILE_NAME = "assessment.yaml"
_PICTURES = ("logo", "template")

_Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_Title = Annotated[_Words, StringConstraints(pattern=r"^[^<>\x00-\x1f]*$")]
_Level = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,15}$")]
_Date = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
_Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
_PATTERNS = {
    r"^#[0-9a-fA-F]{6}$": "a colour as '#' and six hexadecimal digits",
    r"^[^<>\x00-\x1f]*$": "a text on one line, without the signs < and >",
    r"^[a-z][a-z0-9]{0,15}$": (
        "a lower-case letter, then up to 15 lower-case letters or digits"
    ),
    r"^\d{4}-\d{2}-\d{2}$": "year, month and day, such as '2026-01-31'",
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WaveFile(_Part):
    """One export: a wave, or one form of it."""

    label: _Words
    file: _Words
    date: _Date

    @field_validator("date")
    @classmethod
    def _is_a_day(cls, date: str) -> str:
        try:
            datetime.date.fromisoformat(date)
        except ValueError:
            raise ValueError(f"there is no day {date}") from None
        return date

    platform: PlatformName | None = None
    mapping: _Words | None = Field(
        default=None, description="Mapping file, when headings are not item ids"
    )
    definition: _Words | None = Field(
        default=None,
        description="The survey as the platform defines it, to prove what codes mean",
    )
    role: Literal["floor", "leader"] | None = Field(
        default=None, description="When this file holds one form only"
    )
    comments: _Words | None = Field(
        default=None, description="The signed review of its open answers (.xlsx)"
    )


class OrganisationFile(_Part):
    """The units of the organisation and how many people work there."""

    file: _Words | None = None
    levels: tuple[_Level, ...] = Field(
        default=(), description="Names of the levels, large to small"
    )
    members: str = Field(
        default="n_members",
        description="Column with the number of work-floor people, leaders not counted",
    )


class ThresholdSettings(_Part):
    """Smallest groups that are shown; may be raised, never lowered."""

    scores: int = Field(default=5, ge=5)
    distributions: int = Field(default=8, ge=8)
    comments: int = Field(default=10, ge=10)
    group: int = Field(
        default=5, ge=5, description="Head count below which a unit is never shown"
    )
    response_rate: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Share that must have answered before a unit's results are shown",
    )


class BrandingSettings(_Part):
    """The client's house style."""

    name: _Words | None = Field(default=None, description="Stands in headers")
    accent: _Colour | None = Field(
        default=None, description="Colour of headings, bars and estimates"
    )
    logo: _Words | None = Field(default=None, description="A .png or .svg file")
    template: _Words | None = Field(
        default=None, description="A .pptx whose slide master the decks take over"
    )


class Assessment(_Part):
    """One assessment: instrument, exports, organisation and rules.

    Attributes
    ----------
    folder : Path
        Where ``assessment.yaml`` lies; every file in it is relative to this folder.
    """

    title: dict[Literal["en", "nl"], _Title] = Field(min_length=1)
    instrument: _Words
    languages: tuple[Literal["en", "nl"], ...] = Field(default=("en",), min_length=1)
    organisation: OrganisationFile = OrganisationFile()
    waves: tuple[WaveFile, ...] = Field(min_length=1)
    thresholds: ThresholdSettings | None = None
    branding: BrandingSettings = BrandingSettings()
    actions: _Words | None = Field(
        default=None, description="Folder with the action sheets that units gave back"
    )
    partials: Partials = "drop"
    trials: Trials = Field(default="drop", description="Previews and tests")
    duplicates: Duplicates = Field(
        default="last", description="Rows of one person: which one remains"
    )
    fielding: FieldingDetails = Field(
        default=FieldingDetails(),
        description="What respondents are told, and how they are asked",
    )
    link_key: _Words | None = Field(
        default=None,
        description="File with the client's key for link codes, outside this folder",
    )
    screen: dict[str, Any] | None = Field(
        default=None,
        description="Question of the screen to 'yes', 'no' or 'unknown'; all or none",
    )
    conf_level: float = Field(default=0.95, ge=0.8, le=0.999)
    seed: int = 1
    folder: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="after")
    def _languages_differ(self) -> Self:
        if len(set(self.languages)) != len(self.languages):
            raise ValueError("a language stands twice in `languages`")
        return self

    @model_validator(mode="after")
    def _waves_are_in_order(self) -> Self:
        mistakes = list(_wave_mistakes(self.waves))
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self

    @property
    def titles(self) -> dict[str, str]:
        """The title in both languages; the one that is given serves for the other."""
        only = next(iter(self.title.values()))
        return {"en": self.title.get("en", only), "nl": self.title.get("nl", only)}

    @property
    def wave_labels(self) -> tuple[str, ...]:
        """Labels of the waves in order of date."""
        ordered = sorted(self.waves, key=lambda wave: wave.date)
        return tuple(dict.fromkeys(wave.label for wave in ordered))


def _wave_mistakes(waves: tuple[WaveFile, ...]) -> Iterator[str]:
    """Yield what would make one wave of two, or count people twice."""
    labels: dict[str, set[str]] = {}
    dates: dict[str, set[str]] = {}
    roles: dict[str, list[str | None]] = {}
    for wave in waves:
        labels.setdefault(wave.date, set()).add(wave.label)
        dates.setdefault(wave.label, set()).add(wave.date)
        roles.setdefault(wave.label, []).append(wave.role)
    for label, given in dates.items():
        if len(given) > 1:
            yield f"the wave {label!r} has several dates: give each wave one label"
    for date, given in labels.items():
        if len(given) > 1:
            yield f"the waves {', '.join(sorted(given))} have the same date {date}"
    for label, asked in roles.items():
        if len(asked) > 1 and (None in asked or len(set(asked)) < len(asked)):
            yield (
                f"the wave {label!r} has several files: name a `role` for each, "
                "'floor' for one and 'leader' for the other"
            )


def is_assessment(path: str | Path) -> bool:
    """Tell whether a path is meant as an assessment folder.

    Any folder is, but one with saved answers of the offline questionnaire: that is an
    export.
    """
    base = Path(path)
    if not base.is_dir():
        return False
    return (base / FILE_NAME).is_file() or not any(base.glob("*.json"))


def load_assessment(folder: str | Path, *, files: bool = True) -> Assessment:
    """Read ``assessment.yaml`` and check that every file it names is there.

    Parameters
    ----------
    folder : str or Path
        The assessment folder.
    files : bool
        Whether the exports must be there; not when the survey is still to be fielded.

    Raises
    ------
    AssessmentError
        The folder, the file or something named in it is missing or wrong; all
        problems at once.
    InstrumentError
        There are answers to the screen of an instrument that cannot be used.
    """
    base = Path(folder)
    path = base / FILE_NAME
    if not base.is_dir() or not path.is_file():
        raise AssessmentError([_nothing_there(base)])
    place = f"{base.name}/{FILE_NAME}"
    assessment, problems = read_document(
        Assessment, path, place=place, patterns=_PATTERNS
    )
    if assessment is None:
        raise AssessmentError(problems)
    wrong = [
        *_missing_files(assessment, base, place, exports=files),
        *_screen_problems(assessment, base, place),
    ]
    if wrong:
        raise AssessmentError(wrong)
    return assessment.model_copy(update={"folder": base})


def _nothing_there(base: Path) -> Problem:
    return Problem(
        code="A001",
        place=str(base),
        message=f"holds no {FILE_NAME}" if base.is_dir() else "is not a folder",
        remedy=f"make one with `diagnose init {base}`",
    )


def _missing_files(
    assessment: Assessment, base: Path, place: str, *, exports: bool
) -> list[Problem]:
    named: list[tuple[str, str | None]] = []
    for index, wave in enumerate(assessment.waves if exports else ()):
        named.append((f"waves[{index}].file", wave.file))
        for part in ("mapping", "definition", "comments"):
            named.append((f"waves[{index}].{part}", getattr(wave, part)))
    named.append(("organisation.file", assessment.organisation.file))
    named += [(f"branding.{p}", getattr(assessment.branding, p)) for p in _PICTURES]
    named.append(("actions", assessment.actions))
    return [
        Problem(
            code="A002",
            place=f"{place}: {where}",
            message=f"there is no {name!r} in the assessment folder",
            remedy="put the export there, or correct the name",
        )
        for where, name in named
        if name and not _inside(base, name)
    ]


def _screen_problems(assessment: Assessment, base: Path, place: str) -> list[Problem]:
    """Hold the answers to the screen against the questions of the instrument."""
    from diagnose.instrument import load_instrument
    from diagnose.instrument.screen import check_screen

    if assessment.screen is None:
        return []
    own = base / assessment.instrument
    instrument = load_instrument(own if own.exists() else assessment.instrument)
    return list(check_screen(assessment.screen, instrument, place=f"{place}: screen"))


def _inside(base: Path, name: str) -> bool:
    path = (base / name).resolve()
    return path.exists() and path.is_relative_to(base.resolve())
