"""Reviews of open answers: signed, complete, and of the assessment they are used in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from diagnose.diagnosis.model import Diagnosis
from diagnose.errors import Problem
from diagnose.instrument.export.build import edition_of
from diagnose.responses.comments.model import ReviewedComments
from diagnose.responses.comments.themes import (
    UnitWords,
    is_label,
    names_a_unit,
    names_someone,
    words_of_units,
)

Reviews = Mapping[str, tuple[ReviewedComments, ...]]


def find_wrong_reviews(reviews: Reviews, diagnosis: Diagnosis) -> list[Problem]:
    """Return everything for which reviews must not be published.

    Parameters
    ----------
    reviews : mapping of str to tuple of ReviewedComments
        Wave to its reviews.
    diagnosis : Diagnosis
        What they must belong to.
    """
    units = words_of_units(labels_of_units(diagnosis))
    problems = [*_unknown_waves(reviews, diagnosis), *_twice(reviews)]
    for wave, own in reviews.items():
        for number, review in enumerate(own, start=1):
            place = f"comments of {wave or 'the wave'}, review {number}"
            problems += [
                *_of_another(review, diagnosis, place),
                *_unsigned(review, place),
                *_broken(review, diagnosis, place),
                *_unit_names(review, units, place),
            ]
    return problems


def labels_of_units(diagnosis: Diagnosis) -> tuple[str, ...]:
    """Return every label of a unit, once, whether it is shown or not."""
    frames = (diagnosis.participation.units, diagnosis.units.cells)
    paths = (path for frame in frames for path in frame["path"])
    return tuple(dict.fromkeys(label for path in paths for label in path if label))


def _unknown_waves(reviews: Reviews, diagnosis: Diagnosis) -> Iterator[Problem]:
    unknown = [wave for wave in reviews if wave not in diagnosis.waves]
    for wave in unknown:
        yield Problem(
            code="D052",
            place=f"comments of {wave}",
            message="belong to a wave that is not diagnosed",
            allowed=", ".join(diagnosis.waves),
            remedy="give each review beside the export it was made of",
        )


def _twice(reviews: Reviews) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for wave, own in reviews.items():
        for review in own:
            if review.sha256 and review.sha256 in seen:
                yield Problem(
                    code="D052",
                    place=f"comments of {wave}",
                    message="were made of an export whose review is given already",
                    remedy="give each review once, beside its own export",
                )
            seen[review.sha256] = wave


def _of_another(
    review: ReviewedComments, diagnosis: Diagnosis, place: str
) -> Iterator[Problem]:
    edition = edition_of(diagnosis.instrument)
    if review.instrument != edition:
        yield Problem(
            code="D050",
            place=place,
            message=f"is about the instrument {review.instrument!r}",
            allowed=edition,
            remedy="write the review sheet again with this instrument",
        )
    known = {report.sha256 for report in diagnosis.intake}
    if review.sha256 and known and review.sha256 not in known:
        yield Problem(
            code="D052",
            place=place,
            message="was made of another export than those that were read",
            remedy="write the review sheet again from the export that is assessed",
        )


def _unsigned(review: ReviewedComments, place: str) -> Iterator[Problem]:
    if not review.reviewed_on:
        yield Problem(
            code="D051",
            place=place,
            message="has no date, so nobody signed it",
            remedy="fill in the date on the review sheet and read it again",
        )


def _broken(
    review: ReviewedComments, diagnosis: Diagnosis, place: str
) -> Iterator[Problem]:
    asked = {item.id for item in diagnosis.instrument.open_items}
    for item in dict.fromkeys([*review.n_answered, *review.quotes, *review.themes]):
        n = review.n_answered.get(item, 0)
        n_themes = len(review.themes.get(item, ()))
        fits = len(review.quotes.get(item, ())) <= n and n_themes in (0, n)
        if item not in asked or not fits:
            yield Problem(
                code="D053",
                place=f"{place}, {item}",
                message="is no open item, or has more quotes or themes than answers",
                remedy="read the review sheet with `read_review` and change nothing",
            )


def _unit_names(
    review: ReviewedComments, units: UnitWords, place: str
) -> Iterator[Problem]:
    for item, texts in review.themes.items():
        labels = dict.fromkeys(theme for themes in texts for theme in themes)
        wrong = [
            theme
            for theme in labels
            if not is_label(theme) or names_someone(theme) or names_a_unit(theme, units)
        ]
        if wrong:
            yield Problem(
                code="D054",
                place=f"{place}, {item}",
                message=f"has themes that name a unit or a person: {', '.join(wrong)}",
                remedy="choose other words for these themes on the review sheet, as "
                "readers would take them for the unit",
            )
