"""The instrument model: what was asked, as data. The schema is generated from it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

InstrumentId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
"""Folder name of an instrument: lower case, digits, hyphens."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,15}$")]
"""Id of an item, subscale, form or response scale: legal in every survey platform."""

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Translations = dict[LanguageCode, Words]

Keying = Literal["forward", "reverse"]
Kind = Literal["condition", "outcome", "scale"]
Referent = Literal["collective", "individual"]
ScoringMethod = Literal["mean", "item"]
Role = Literal["floor", "leader"]


class _Part(BaseModel):
    """Base of every part: frozen, strict, and without unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Provenance(_Part):
    """Where the instrument comes from, and on which terms it may be used."""

    source: Words
    licence: Words = Field(description="SPDX identifier or a plain statement of terms")
    doi: str | None = Field(default=None, pattern=r"^10\.\d{4,9}/\S+$")
    evidence: Translations = Field(
        description="What is known about its measurement quality, in plain words"
    )


class Edition(_Part):
    """One language of the instrument."""

    status: Literal["original", "translated", "back-translated", "reviewed"]


class Form(_Part):
    """A version of the wording for one kind of respondent."""

    role: Role
    title: Translations
    introduction: Translations | None = None


class Point(_Part):
    """One answer category."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=16)] = Field(
        description="As it stands in an export; always quoted in YAML"
    )
    value: float | None = Field(
        description="Position on the response scale; null for 'don't know'"
    )
    label: Translations
    aliases: dict[LanguageCode, tuple[Words, ...]] = Field(
        default_factory=dict, description="Other labels that platforms may write"
    )


class ResponseScale(_Part):
    """An ordered set of answer categories with its declared bounds."""

    id: Code
    lowest: float
    highest: float
    points: tuple[Point, ...] = Field(min_length=2)
    neutral: tuple[str, ...] = Field(default=(), description="Codes shown as neutral")
    favourable: tuple[str, ...] = Field(default=(), description="Codes of agreement")

    @property
    def values(self) -> tuple[float, ...]:
        """The numeric positions, lowest first."""
        return tuple(sorted(p.value for p in self.points if p.value is not None))


class Item(_Part):
    """One statement that a respondent answers on a response scale."""

    id: Code
    keyed: Keying
    text: dict[Code, Translations] | None = Field(
        default=None,
        description="Form to language to wording; absent when users bring the items",
    )
    response_scale: Code | None = Field(
        default=None, description="Only when it differs from the subscale's"
    )


class Subscale(_Part):
    """Items that are scored together."""

    id: Code
    kind: Kind
    title: Translations
    meaning: Translations = Field(description="What a high score means")
    referent: Referent
    response_scale: Code
    method: ScoringMethod = Field(
        description="'mean' of the answered items, or 'item': one item on its own"
    )
    min_answered: int = Field(ge=1, description="Answered items needed, as a count")
    items: tuple[Item, ...] = Field(min_length=1)


class ContextItem(Item):
    """An item that is never scored; its answers are shown as a distribution."""

    response_scale: Code = Field(description="Id of the response scale")


class OpenItem(_Part):
    """A question that is answered in the respondent's own words."""

    id: Code
    text: dict[Code, Translations]


class ScreenItem(_Part):
    """A yes-or-no question that the consultant answers before fielding."""

    text: Translations
    go_if: Literal["yes", "no"]
    if_not: Literal["do-not-field", "postpone"]


class Reporting(_Part):
    """Smallest groups that may be shown; fixed before launch, never lowered after."""

    scores: int = Field(default=5, ge=5)
    distributions: int = Field(default=8, ge=8)
    comments: int = Field(default=10, ge=10)


class MergeRule(_Part):
    """When two subscales are too alike to be told apart, fixed before any data."""

    latent_correlation: float = Field(
        gt=0, lt=1, description="Merge above this correlation of the factors"
    )
    htmt: float = Field(
        gt=0, lt=1, description="Or above this heterotrait-monotrait ratio"
    )
    fewest_respondents: int = Field(
        ge=100, description="Smallest sample in which the rule may be applied"
    )


class Dimensions(_Part):
    """What the answers are held against when the measurement is judged."""

    merge: MergeRule
    alternatives: dict[Code, dict[Code, tuple[Code, ...]]] = Field(
        default_factory=dict,
        description="Other groupings of subscales: name to cluster to their ids",
    )


class Instrument(_Part):
    """A questionnaire, its forms and languages, and how it is scored.

    Immutable and hashable: two instruments are equal when their content is.
    """

    id: InstrumentId
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Translations
    status: Translations = Field(
        description="How far it is validated; printed in every output"
    )
    provenance: Provenance
    languages: dict[LanguageCode, Edition] = Field(min_length=1)
    forms: dict[Code, Form] = Field(min_length=1)
    response_scales: tuple[ResponseScale, ...] = Field(min_length=1)
    subscales: tuple[Subscale, ...] = Field(min_length=1)
    context_items: tuple[ContextItem, ...] = ()
    open_items: tuple[OpenItem, ...] = ()
    suitability: tuple[ScreenItem, ...] = ()
    reporting: Reporting = Reporting()
    dimensions: Dimensions | None = None

    def __hash__(self) -> int:
        """Return a hash of the content."""
        return hash(self.content_hash)

    @property
    def content_hash(self) -> str:
        """SHA-256 of the canonical content, 64 hexadecimal digits."""
        import hashlib
        import json

        canonical = json.dumps(
            self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False
        )
        return hashlib.sha256(canonical.encode("utf-8")).hexdigest()

    @property
    def items(self) -> tuple[Item, ...]:
        """The scored items, in the order of the questionnaire."""
        return tuple(item for subscale in self.subscales for item in subscale.items)

    @property
    def closed_items(self) -> tuple[Item, ...]:
        """Every item with a response scale: the scored ones, then the context items."""
        return self.items + self.context_items

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Ids of the scored items."""
        return tuple(item.id for item in self.items)

    def subscale(self, subscale_id: str) -> Subscale:
        """Return the subscale with this id; KeyError when there is none."""
        for subscale in self.subscales:
            if subscale.id == subscale_id:
                return subscale
        raise KeyError(subscale_id)

    def subscale_of(self, item_id: str) -> Subscale:
        """Return the subscale that holds the item; KeyError when none does."""
        for subscale in self.subscales:
            if any(item.id == item_id for item in subscale.items):
                return subscale
        raise KeyError(item_id)

    def response_scale(self, scale_id: str) -> ResponseScale:
        """Return the response scale with this id; KeyError when there is none."""
        for response_scale in self.response_scales:
            if response_scale.id == scale_id:
                return response_scale
        raise KeyError(scale_id)

    def response_scale_of(self, item_id: str) -> ResponseScale:
        """Return the response scale on which a closed item is answered."""
        for item in self.context_items:
            if item.id == item_id:
                return self.response_scale(item.response_scale)
        subscale = self.subscale_of(item_id)
        own = next(item for item in subscale.items if item.id == item_id).response_scale
        return self.response_scale(own or subscale.response_scale)

    def form_of_role(self, role: Role) -> str | None:
        """Return the id of the first form for this role, None when there is none."""
        return next(
            (key for key, form in self.forms.items() if form.role == role), None
        )
