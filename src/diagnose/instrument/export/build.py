"""From an instrument and a consultant's decisions to a survey."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from diagnose.errors import InstrumentError
from diagnose.instrument.export.details import FieldingDetails
from diagnose.instrument.export.privacy_page import (
    GivenWords,
    privacy_page,
    wordless,
)
from diagnose.instrument.export.survey import (
    Choice,
    Matrix,
    Option,
    Question,
    Statement,
    Survey,
    Words,
    Written,
)
from diagnose.instrument.export.wording import words
from diagnose.instrument.model import (
    Instrument,
    Item,
    Point,
    Reporting,
    ResponseScale,
)
from diagnose.instrument.units import UNIT_SEPARATOR, Path, unit_codes
from diagnose.language.problems import worded_problem

CONTEXT_BLOCK = "context"
SINGLE_BLOCK = "single"
UNIT, LINK, ROLE, EDITION = "unit", "link", "role", "edition"
OWN_COLUMNS = (
    *(UNIT, LINK, ROLE, EDITION),
    *("language", "seconds", "submitted", "response", "wave", CONTEXT_BLOCK),
)
"""Names that our own columns have; no item may be called so."""

_UNKNOWN_NUMBERS = (9, 99, 999)


def edition_of(instrument: Instrument) -> str:
    """Return what tells one content of an instrument from another."""
    return f"{instrument.id} {instrument.version} {instrument.content_hash[:12]}"


def block_of(instrument: Instrument, item_id: str) -> str:
    """Return the block under which an item is fielded.

    Items of a subscale have its id; those that are a subscale on their own share
    ``single``, and context items ``context``.
    """
    if any(item.id == item_id for item in instrument.context_items):
        return CONTEXT_BLOCK
    subscale = instrument.subscale_of(item_id)
    return subscale.id if subscale.method == "mean" else SINGLE_BLOCK


def blocks_of(
    instrument: Instrument, items: Iterable[Item]
) -> Iterator[tuple[str, list[Item]]]:
    """Yield the name and the items of each question, in order.

    Items in a row that share block and response scale make one question; a block that
    occurs again gets a name of its own.
    """
    groups = groupby(
        items,
        lambda i: (block_of(instrument, i.id), instrument.response_scale_of(i.id).id),
    )
    taken: set[str] = set()
    for (block, _), members in groups:
        name = _free_id(block, taken | (_ids(instrument) - {block}))
        taken.add(name)
        yield name, list(members)


def numbers_of(scale: ResponseScale) -> dict[str, int]:
    """Return the number of each code, for platforms that know numbers only.

    A code that is a whole number keeps it, another one gets its value when that is
    free, and "don't know" 9, 99 or 999: the first that is no value of the scale.
    """
    numbers = {p.code: int(p.code) for p in scale.points if p.code.isdecimal()}
    # "Don't know" comes last, so that it takes no number that is a value.
    for point in sorted(scale.points, key=lambda one: one.value is None):
        if point.code not in numbers:
            numbers[point.code] = _free_number(point, set(numbers.values()))
    return {point.code: numbers[point.code] for point in scale.points}


def _free_number(point: Point, taken: set[int]) -> int:
    wanted = _UNKNOWN_NUMBERS if point.value is None else (int(point.value),)
    candidates: tuple[int, ...] = (*wanted, *range(1, 1000))
    return next(number for number in candidates if number not in taken)


def build_survey(
    instrument: Instrument,
    form: str,
    languages: Sequence[str],
    *,
    details: FieldingDetails | None = None,
    units: Sequence[Path] = (),
    reporting: Reporting | None = None,
    recorded: bool = False,
) -> Survey:
    """Return one form of an instrument as a survey.

    Parameters
    ----------
    instrument : Instrument
        With item texts.
    form : str
        One of its forms.
    languages : sequence of str
        At least one of its languages; the first is the base language.
    details : FieldingDetails, optional
        Names, order and extra questions; neutral words without it.
    units : sequence of tuple of str
        Names from large to small of every smallest unit, to ask where someone works;
        not asked when empty.
    reporting : Reporting, optional
        Smallest groups that will be shown, which respondents are told; those of the
        instrument without it.
    recorded : bool
        Whether the tool may record more than it is asked, which respondents are told.

    Raises
    ------
    InstrumentError
        There is no such form or language, no item texts, `details` lack words in a
        language, or the units cannot be told apart; all problems at once.
    """
    details = details or FieldingDetails()
    _refuse(instrument, form, languages, details)
    given = GivenWords(details)
    own = instrument.forms[form]
    texts = {
        key: {one: given.filled(texts.get(one, ""), one) for one in languages}
        for key, texts in {
            "title": instrument.title,
            "form_title": own.title,
            "introduction": own.introduction or {},
            "status": instrument.status,
        }.items()
    }
    return Survey(
        name=f"{instrument.id}-{form}",
        instrument=instrument.id,
        version=instrument.version,
        form=form,
        role=own.role,
        edition=edition_of(instrument),
        languages=tuple(languages),
        **texts,
        tick=words("welcome.tick", languages),
        thanks=words("welcome.thanks", languages),
        privacy_title=words("privacy.title", languages),
        agree=words("privacy.agree", languages),
        proceed=words("privacy.proceed", languages),
        privacy=privacy_page(
            instrument,
            form,
            languages,
            details=details,
            reporting=reporting or instrument.reporting,
            recorded=recorded,
        ),
        licence=instrument.provenance.licence,
        questions=tuple(_questions(instrument, form, languages, details, units)),
        hidden={ROLE: own.role, EDITION: edition_of(instrument)},
        random=details.order == "random",
    )


def _refuse(
    instrument: Instrument,
    form: str,
    languages: Sequence[str],
    details: FieldingDetails,
) -> None:
    check_forms(instrument, [form], languages)
    name = instrument.id
    problems = list(wordless(details, languages))
    if all(item.text is None for item in instrument.closed_items):
        problems.append(worded_problem("fielding", "F004", name, {"instrument": name}))
    for own in sorted(_ids(instrument) & {*OWN_COLUMNS, SINGLE_BLOCK}):
        values = {"name": own, "instrument": name}
        problems.append(worded_problem("fielding", "F009", name, values))
    if problems:
        raise InstrumentError(problems)


def check_forms(
    instrument: Instrument, forms: Sequence[str], languages: Sequence[str]
) -> None:
    """Refuse forms and languages that an instrument does not have.

    Raises
    ------
    InstrumentError
        All of them at once.
    """
    known_forms, known_languages = tuple(instrument.forms), tuple(instrument.languages)
    asked = [("F002", "form", form, known_forms) for form in forms]
    asked += [("F003", "language", one, known_languages) for one in languages]
    problems = [
        worded_problem(
            "fielding",
            code,
            place,
            {"given": given, "instrument": instrument.id, "allowed": known},
        )
        for code, place, given, known in asked
        if given not in known
    ]
    if problems:
        raise InstrumentError(problems)


def _ids(instrument: Instrument) -> set[str]:
    """Return every id that a question may have."""
    ids = {item.id for item in instrument.closed_items}
    ids |= {item.id for item in instrument.open_items}
    return ids | {subscale.id for subscale in instrument.subscales}


def _questions(
    instrument: Instrument,
    form: str,
    languages: Sequence[str],
    details: FieldingDetails,
    units: Sequence[Path],
) -> Iterator[Question]:
    if units:
        yield _unit_question(units, languages)
    yield from _matrices(instrument, form, languages, details)
    for item in instrument.open_items:
        if form in item.text:
            yield Written(
                id=item.id,
                title=words("welcome.words", languages),
                text={one: item.text[form][one] for one in languages},
                hint=dict.fromkeys(languages, ""),
                long=True,
            )
    if details.link:
        yield Written(
            id=LINK,
            title=words("welcome.last", languages),
            text=words("link.question", languages),
            hint=words("link.hint", languages),
            long=False,
        )


def _unit_question(units: Sequence[Path], languages: Sequence[str]) -> Choice:
    options = tuple(
        Option(
            code=code,
            number=number,
            label=dict.fromkeys(languages, UNIT_SEPARATOR.join(path)),
        )
        for number, (code, path) in enumerate(unit_codes(units).items(), start=1)
    )
    return Choice(
        id=UNIT,
        title=words("welcome.about", languages),
        text=words("unit.question", languages),
        hint=words("unit.hint", languages),
        options=options,
    )


def _matrices(
    instrument: Instrument,
    form: str,
    languages: Sequence[str],
    details: FieldingDetails,
) -> Iterator[Matrix]:
    items = [i for i in instrument.closed_items if i.text and form in i.text]
    chance = random.Random(details.seed)
    for number, (name, members) in enumerate(blocks_of(instrument, items), start=1):
        first = members[0].id
        block, scale = block_of(instrument, first), instrument.response_scale_of(first)
        rows = [_statement(item, form, languages) for item in members]
        if details.order == "shuffled":
            chance.shuffle(rows)
        yield Matrix(
            id=name,
            title=_title(instrument, block, number, languages),
            stem=words("welcome.tick", languages),
            options=_options(scale, languages),
            rows=tuple(rows),
        )


def _title(
    instrument: Instrument, block: str, number: int, languages: Sequence[str]
) -> dict[str, str]:
    """Return the heading of a block, which introductions may refer to by its letter.

    Where an id is a word it would tell what is measured, so blocks are numbered.
    """
    averaged = [s.id for s in instrument.subscales if s.method == "mean"]
    lettered = bool(averaged) and all(len(one) == 1 for one in averaged)
    if lettered and block in averaged:
        return words("welcome.letter", languages, letter=block.upper())
    if lettered:
        return words("welcome.rest", languages)
    return words("welcome.block", languages, number=number)


def _free_id(block: str, taken: set[str]) -> str:
    """Return the block's id, lengthened when a block before it has that already."""
    while block in taken:
        block += "x"
    return block


def _statement(item: Item, form: str, languages: Sequence[str]) -> Statement:
    wordings: Mapping[str, Words] = item.text or {}
    return Statement(id=item.id, text={one: wordings[form][one] for one in languages})


def _options(scale: ResponseScale, languages: Sequence[str]) -> tuple[Option, ...]:
    numbers = numbers_of(scale)
    return tuple(
        Option(
            code=point.code,
            number=numbers[point.code],
            label={one: point.label[one] for one in languages},
            apart=point.value is None,
        )
        for point in scale.points
    )
