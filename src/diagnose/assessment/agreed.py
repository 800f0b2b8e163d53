"""Action sheets that came back: what units agreed, read from what people filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from diagnose.assessment.agreed_sheet import Line, Sheet, day_of, read_sheet, written
from diagnose.disclosure.agreed import AGREED, Agreed, no_agreements, plain_path
from diagnose.disclosure.files.rules import find_foreign
from diagnose.disclosure.files.tokens import find_tokens
from diagnose.errors import AssessmentError, Problem
from diagnose.instrument.labels import normalise_label
from diagnose.instrument.units import UNIT_SEPARATOR
from diagnose.language import load_catalogue
from diagnose.language.problems import worded_problem
from diagnose.report.packs.actions import LONGEST_ACTION, STATUSES
from diagnose.responses.comments.redact import suggest_redactions

if TYPE_CHECKING:
    from diagnose.assessment.config import Assessment
    from diagnose.instrument import Instrument

_CONTACTS = frozenset({"email", "phone", "iban", "bsn"})
_DATES = re.compile(
    r"(?<!\d)(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{4})(?!\d)"
)
"""Their digits make no telephone number."""
_AT = re.compile(r"@|[(\[] ?at ?[)\]]|apenstaartje", re.IGNORECASE)
"""Without such a sign "Monday at 8.30" would be a mail address that is spelled out."""
_SHOWN = 40
"""Signs of a cell that a message repeats: enough to find it."""
_LONGEST_DAY = 60
_SUFFIX = ".xlsx"


def agreed_of(setting: Assessment, instrument: Instrument) -> Agreed | None:
    """Read the sheets in the folder that an assessment names; None without a folder.

    Raises
    ------
    AssessmentError
        A sheet cannot be used; see `read_agreed`.
    """
    if setting.actions is None:
        return None
    return read_agreed(
        setting.folder / setting.actions,
        instrument,
        waves=setting.wave_labels,
        levels=setting.organisation.levels,
    )


def read_agreed(
    folder: str | Path,
    instrument: Instrument,
    *,
    waves: Sequence[str],
    levels: Sequence[str],
) -> Agreed:
    """Read every action sheet in a folder and in the folders below it.

    Sheets are known by what is in them, not by their names, and may be in any language.
    Lines may stand in any order, with empty ones between them; subjects and states may
    be chosen or typed, in any language of the program or of the instrument. The column
    that says who takes an action on is never read: names stay with the unit.

    Parameters
    ----------
    folder : str or Path
        Where the sheets were put. Whatever is no ``.xlsx`` is passed over.
    instrument : Instrument
        Whose subscales were the subjects to choose from.
    waves : sequence of str
        Labels of all waves, in order of time.
    levels : sequence of str
        Names of the levels of the organisation, large to small.

    Returns
    -------
    Agreed
        By wave and unit, each unit's lines in the order of its sheet.

    Raises
    ------
    AssessmentError
        All problems at once, with file and cell: a file that is no workbook (A027), or
        no sheet of agreements (A028), a sheet of another instrument, wave or
        organisation (A029), two sheets of one unit and wave (A030), a column without
        heading (A031), a word that is not on the list (A032), a line that is not
        complete (A033), a text with contact details or too long, or a day that is
        neither a date nor plain words (A034).
    """
    base = Path(folder)
    if not base.is_dir():
        raise AssessmentError([_told("A027", base.name, kind="no_folder")])
    reader = _Reader(instrument, waves=tuple(waves), levels=tuple(levels))
    paths = [
        path
        for path in sorted(base.rglob("*"), key=lambda path: path.as_posix())
        if path.suffix.lower() == _SUFFIX
        and path.is_file()
        and not path.name.startswith((".", "~$"))  # locks of workbook programs
    ]
    for path in paths:
        reader.add(path, path.relative_to(base).as_posix())
    return reader.result()


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a sheet is about."""

    wave: str
    path: tuple[str, ...]


class _Reader:
    """Gathers the lines of all sheets, and every problem with them."""

    def __init__(
        self, instrument: Instrument, *, waves: tuple[str, ...], levels: tuple[str, ...]
    ) -> None:
        self._instrument = instrument
        self._waves = waves
        self._levels = levels
        self._subjects = _subject_words(instrument)
        self._states = _state_words()
        self._first: dict[_Subject, str] = {}
        self._found: list[tuple[_Subject, dict[str, object]]] = []
        self._problems: list[Problem] = []

    def add(self, path: Path, name: str) -> None:
        """Read one file."""
        sheet, problems = read_sheet(path, name)
        self._problems += problems
        if sheet is None:
            return
        wrong = list(self._misplaced(sheet))
        self._problems += wrong
        if wrong:
            return
        about = _Subject(sheet.about["wave"], sheet.path)
        key = _Subject(about.wave, plain_path(about.path))
        if key in self._first:
            other = self._first[key]
            self._problems.append(_told("A030", name, other=other))
            return
        self._first[key] = name
        for line in sheet.lines:
            entry, wrong = self._entry(line, sheet)
            self._problems += wrong
            if entry:
                self._found.append((about, entry))

    def result(self) -> Agreed:
        """Return what was read, or raise all problems."""
        if self._problems:
            raise AssessmentError(self._problems)
        if not self._found:
            return Agreed(n_sheets=len(self._first))
        found = sorted(
            self._found, key=lambda one: (self._waves.index(one[0].wave), one[0].path)
        )
        entries = no_agreements()
        columns = {
            "path": [about.path for about, _ in found],
            "level": [self._levels[len(about.path) - 1] for about, _ in found],
            "wave": [about.wave for about, _ in found],
        }
        for name in AGREED:
            values = columns.get(name) or [entry[name] for _, entry in found]
            entries[name] = pd.Series(values, dtype=object)
        return Agreed(entries=entries, n_sheets=len(self._first))

    def _misplaced(self, sheet: Sheet) -> Iterator[Problem]:
        """Yield why a sheet does not belong to this assessment."""
        given = sheet.about.get("instrument", "")
        if given != self._instrument.id:
            yield self._elsewhere(sheet, "instrument", given, self._instrument.id)
        wave = sheet.about.get("wave", "")
        if wave not in self._waves:
            yield self._elsewhere(sheet, "wave", wave, ", ".join(self._waves))
        if not 0 < len(sheet.path) <= len(self._levels) or not all(sheet.path):
            named = UNIT_SEPARATOR.join(sheet.path)
            yield self._elsewhere(
                sheet, "unit", named, UNIT_SEPARATOR.join(self._levels)
            )

    def _elsewhere(self, sheet: Sheet, kind: str, value: str, allowed: str) -> Problem:
        place = f"{sheet.file}: {sheet.about_name}"
        values = {"kind": kind, "value": value[:_SHOWN], "allowed": allowed}
        return worded_problem("agreed", "A029", place, values)

    def _entry(
        self, line: Line, sheet: Sheet
    ) -> tuple[dict[str, object], list[Problem]]:
        """Return one agreement, or why it is none; nothing for an empty line."""
        texts = {name: written(value) for name, value in line.cells.items()}
        if not any(texts.values()):
            return {}, []
        problems = [
            *_action_problems(texts["action"], line),
            *_day_problems(day_of(line.cells["when"]), line),
            *self._word_problems(texts, line, sheet),
        ]
        if problems:
            return {}, problems
        return {
            "subscale": self._subject_of(texts["subject"], sheet),
            "action": texts["action"],
            "status": self._state_of(texts["status"], sheet) or "",
            "when": day_of(line.cells["when"]),
        }, []

    def _subject_of(self, text: str, sheet: Sheet) -> str | None:
        """Return the subscale that a word means: by the sheet's own list, or any."""
        ids = {subscale.id for subscale in self._instrument.subscales}
        plain = normalise_label(text)
        own = sheet.words.get("subject", {}).get(plain)
        return own if own in ids else self._subjects.get(plain)

    def _state_of(self, text: str, sheet: Sheet) -> str | None:
        plain = normalise_label(text)
        own = sheet.words.get("status", {}).get(plain)
        return own if own in STATUSES else self._states.get(plain)

    def _word_problems(
        self, texts: dict[str, str], line: Line, sheet: Sheet
    ) -> Iterator[Problem]:
        subject, status = texts["subject"], texts["status"]
        if not subject:
            yield _told("A033", line.place("subject"), kind="no_subject")
        elif self._subject_of(subject, sheet) is None:
            yield _unknown(line, "subject", subject, sheet, self._subjects)
        if status and self._state_of(status, sheet) is None:
            yield _unknown(line, "status", status, sheet, self._states)


def _action_problems(action: str, line: Line) -> Iterator[Problem]:
    place = line.place("action")
    if not action:
        yield _told("A033", place, kind="no_action")
    yield from _text_problems(action, place, LONGEST_ACTION)


def _day_problems(day: str, line: Line) -> Iterator[Problem]:
    """Yield what may not stand beside a unit: figures that are no date."""
    place = line.place("when")
    yield from _text_problems(day, place, _LONGEST_DAY)
    if any(token.decimal or token.percent for token in find_tokens(day)):
        yield _told("A034", place, kind="when", most=_LONGEST_DAY)


def _has_contact(text: str) -> bool:
    """Tell whether a text holds what leads to a person."""
    return any(
        one.kind in _CONTACTS
        and (one.kind != "email" or _AT.search(text[one.start : one.end]))
        for one in suggest_redactions(text)
    )


def _text_problems(text: str, place: str, most: int) -> Iterator[Problem]:
    if _has_contact(_DATES.sub(" ", text)) or any(find_foreign(text)):
        yield _told("A034", place, kind="contact", most=most)
    if len(text) > most:
        yield _told("A034", place, kind="long", most=most)


def _unknown(
    line: Line, column: str, value: str, sheet: Sheet, known: dict[str, str]
) -> Problem:
    """Return the problem of a word that is not on the list, with the nearest one."""
    listed = sheet.listed.get(column) or tuple(known)
    spoken = {normalise_label(word): word for word in (*known, *listed)}
    near = get_close_matches(normalise_label(value), spoken, n=1, cutoff=0)
    values = {
        "kind": column,
        "value": value[:_SHOWN],
        "allowed": ", ".join(listed),
        "near": spoken[near[0]] if near else "",
    }
    return worded_problem("agreed", "A032", line.place(column), values)


def _subject_words(instrument: Instrument) -> dict[str, str]:
    """Return every word for a subscale: its id, and its title in any language."""
    words: dict[str, str] = {}
    for subscale in instrument.subscales:
        for word in (subscale.id, *subscale.title.values()):
            words.setdefault(normalise_label(word), subscale.id)
    return words


def _state_words() -> dict[str, str]:
    catalogue = load_catalogue("packs")
    return {
        normalise_label(word): state
        for state in STATUSES
        for word in (state, *catalogue.entries[f"actions.{state}"].values())
    }


def _told(code: str, place: str, **values: object) -> Problem:
    return worded_problem("agreed", code, place, values)
