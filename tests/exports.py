"""Exports as survey platforms write them, from answers that tests choose."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import numpy as np
import pandas as pd

from diagnose.instrument.model import Instrument

SECRETS = {
    "ipaddr": "192.0.2.77",
    "refurl": "https://intranet.example/wachtwoord",
    "first": "Vraag het aan Jannie van de balie",
    "email": "j.jansen@example.org",
}
"""Values of columns that must never get into Responses."""


def drawn_answers(
    instrument: Instrument, n: int, *, seed: int = 1, blank: float = 0.03
) -> pd.DataFrame:
    """Return codes as answered: coherent within a subscale, some 'na', some blank."""
    rng = np.random.default_rng(seed)
    columns = {}
    for subscale in instrument.subscales:
        position = rng.normal(0, 0.8, n)
        for item in subscale.items:
            scale = instrument.response_scale_of(item.id)
            values = np.round(
                (scale.lowest + scale.highest) / 2 + position + rng.normal(0, 0.7, n)
            )
            values = np.clip(values, scale.lowest, scale.highest)
            if item.keyed == "reverse":
                values = scale.lowest + scale.highest - values
            columns[item.id] = values.astype(int).astype(str)
    for item in instrument.context_items:
        columns[item.id] = rng.integers(1, 6, n).astype(str)
    frame = pd.DataFrame(columns, dtype=object)
    chance = rng.random(frame.shape)
    return frame.mask(chance < blank, "").mask(chance > 1 - blank, "na").astype(str)


def in_words(
    codes: pd.DataFrame, instrument: Instrument, language: str
) -> pd.DataFrame:
    """Return codes as labels of one language."""
    labels = {
        item.id: {
            point.code: point.label[language]
            for point in instrument.response_scale_of(item.id).points
        }
        for item in instrument.closed_items
    }
    return pd.DataFrame(
        {item: codes[item].map({**labels[item], "": ""}) for item in codes}
    )


def limesurvey(
    codes: pd.DataFrame,
    instrument: Instrument,
    *,
    headings: str = "code",
    answers: str = "short",
    language: str = "en",
    people: pd.DataFrame | None = None,
    submitted: list[str] | None = None,
) -> bytes:
    """Return a CSV export: BOM, semicolons, every value quoted, CRLF, blank last line.

    `headings` is ``code`` (``v[v1]``), ``em`` (``v_v1``), ``text`` (full text) or
    ``codetext``.
    """
    cells = codes if answers == "short" else in_words(codes, instrument, language)
    n = len(cells)
    when = submitted or ["1980-01-01 00:00:00"] * n
    columns: dict[str, list[str]] = {
        _system("id", "Response ID", headings): [str(i + 1) for i in range(n)],
        _system("submitdate", "Date submitted", headings): when,
        _system("lastpage", "Last page", headings): ["3"] * n,
        _system("startlanguage", "Start language", headings): [language] * n,
        _system("ipaddr", "IP address", headings): [SECRETS["ipaddr"]] * n,
        _system("refurl", "Referrer URL", headings): [SECRETS["refurl"]] * n,
    }
    for name in people.columns if people is not None else ():
        columns[name] = list(people[name])
    for item in cells:
        columns[_heading(item, instrument, headings, language)] = list(cells[item])
    columns["first"] = [SECRETS["first"] + '\r\ntweede regel; met "aanhaling"'] * n
    columns[_system("interviewtime", "Total time", headings)] = ["321.5"] * n
    return _written(list(columns), list(columns.values()), ";", "\r\n") + b"\r\n"


def _system(code: str, text: str, headings: str) -> str:
    return {"text": text, "codetext": f"{code}. {text}"}.get(headings, code)


def _heading(item: str, instrument: Instrument, headings: str, language: str) -> str:
    block = item.rstrip("0123456789")
    texts = {i.id: i.text for i in instrument.closed_items}[item]
    text = texts["floor"][language] if texts else ""
    return {
        "code": f"{block}[{item}]",
        "em": f"{block}_{item}",
        "text": f"How far do you agree? [{text}]",
        "codetext": f"{block}[{item}]. How far do you agree? [{text}]",
    }[headings]


def _written(
    headings: list[str], columns: list[list[str]], delimiter: str, end: str
) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=end
    )
    writer.writerow(headings)
    writer.writerows(zip(*columns, strict=True))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def qualtrics(
    codes: pd.DataFrame,
    instrument: Instrument,
    *,
    answers: str = "labels",
    language: str = "en",
    status: list[str] | None = None,
    finished: list[str] | None = None,
    names: str = "code",
) -> bytes:
    """Return a CSV export with three header rows; ``names="own"`` uses Q1_1, Q1_2, ….

    With ``answers="numbers"``, 'don't know' is 9.
    """
    if answers == "labels":
        cells = in_words(codes, instrument, language)
    else:
        cells = codes.replace("na", "9")
    n = len(cells)
    rows = [
        (
            "StartDate",
            "Start Date",
            "startDate",
            [f"2026-01-01 10:{i % 60:02}:00" for i in range(n)],
        ),
        ("Status", "Response Type", "status", status or ["IP Address"] * n),
        ("IPAddress", "IP Address", "ipAddress", [SECRETS["ipaddr"]] * n),
        ("Progress", "Progress", "progress", ["100"] * n),
        ("Duration (in seconds)", "Duration (in seconds)", "duration", ["321"] * n),
        ("Finished", "Finished", "finished", finished or ["True"] * n),
        ("ResponseId", "Response ID", "_recordId", [f"R_{i:05}" for i in range(n)]),
        ("RecipientEmail", "Recipient Email", "recipientEmail", [SECRETS["email"]] * n),
        ("UserLanguage", "User Language", "userLanguage", [language.upper()] * n),
    ]
    for position, item in enumerate(cells):
        block, number = (
            item.rstrip("0123456789"),
            item.lstrip("abcdefghijklmnopqrstuvwxyz"),
        )
        texts = {i.id: i.text for i in instrument.closed_items}[item]
        text = texts["floor"][language] if texts else item
        name = f"{block}_{number}" if names == "code" else f"Q1_{position + 1}"
        rows.append(
            (
                name,
                f"How far do you agree? - {text}",
                f"QID1_{position + 1}",
                list(cells[item]),
            )
        )
    rows.append(
        ("first", "What should happen first?", "QID9_TEXT", [SECRETS["first"]] * n)
    )
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([name for name, *_ in rows])
    writer.writerow([text for _, text, *_ in rows])
    writer.writerow([json.dumps({"ImportId": key}) for _, _, key, _ in rows])
    writer.writerows(zip(*(cells for *_, cells in rows), strict=True))
    return out.getvalue().encode("utf-8")


ASKED = {"en": "How far do you agree?", "nl": "In hoeverre ben je het eens?"}
Extra = dict[str, list[str]]
"""Heading to cells, of columns that a test adds behind the items."""


def wordings(instrument: Instrument, language: str) -> dict[str, str]:
    """Return item to its text on the work floor."""
    return {
        i.id: (i.text or {"floor": {language: i.id}})["floor"][language]
        for i in instrument.closed_items
    }


def delimited(rows: list[list[str]], *, delimiter: str = ",", end: str = "\r\n") -> str:
    """Return rows as delimited text, quoted where needed."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def workbook(rows: list[list[object]]) -> bytes:
    """Return rows as an XLSX file; moments become date cells."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        form = book.add_format({"num_format": "m/d/yy h:mm:ss"})
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, dt.datetime):
                    sheet.write_datetime(row, column, cell, form)
                else:
                    sheet.write_string(row, column, str(cell))
    return out.getvalue()


def _turned(columns: list[list[object]], n: int) -> list[list[object]]:
    return [[column[row] for column in columns] for row in range(n)]


def surveymonkey_rows(
    codes: pd.DataFrame,
    instrument: Instrument,
    *,
    answers: str = "labels",
    language: str = "en",
    single: bool = False,
    extra: Extra | None = None,
) -> list[list[str]]:
    """Return the rows of an export with two heading rows.

    Items are rows of one matrix, or (`single`) questions of their own. A block of
    choices and an open question follow, then `extra` questions.
    """
    cells = in_words(codes, instrument, language) if answers == "labels" else codes
    texts, n = wordings(instrument, language), len(codes)
    columns: list[tuple[str, str, list[str]]] = [
        ("Respondent ID", "", [str(10_000_000_000 + i) for i in range(n)]),
        ("Collector ID", "", ["400000001"] * n),
        ("Start Date", "", [f"03/04/2026 09:{i % 60:02}:00 AM" for i in range(n)]),
        ("End Date", "", [f"03/04/2026 09:{i % 60:02}:40 AM" for i in range(n)]),
        ("IP Address", "", [SECRETS["ipaddr"]] * n),
        ("Email Address", "", [SECRETS["email"]] * n),
        ("First Name", "", ["Synthetic"] * n),
        ("Custom Data 1", "", [""] * n),
    ]
    for place, item in enumerate(cells):
        first = ASKED[language] if place == 0 else ""
        head = (texts[item], "Response") if single else (first, texts[item])
        columns.append((*head, list(cells[item])))
    for place, choice in enumerate(("Coffee", "Tea", "Other (please specify)")):
        given = [choice if i % 3 == place else "" for i in range(n)]
        question = "What do you drink? Select all that apply." if place == 0 else ""
        columns.append((question, choice, given))
    columns.append(("What first?", "Open-Ended Response", [SECRETS["first"]] * n))
    columns += [(name, "Response", list(v)) for name, v in (extra or {}).items()]
    first_row, second_row = [c[0] for c in columns], [c[1] for c in columns]
    return [first_row, second_row, *_turned([c[2] for c in columns], n)]


FORMS_HEADS = {
    "en": "ID|Start time|Completion time|Email|Name|Last modified time",
    "nl": "ID|Begintijd|Tijd van voltooien|E-mail|Naam|Tijd van laatste wijziging",
    "de": "ID|Startzeit|Fertigstellungszeit|E-Mail|Name",
    "fr": "ID|Heure de début|Heure de fin|Adresse de messagerie|Nom",
}


def microsoft_forms_rows(
    codes: pd.DataFrame,
    instrument: Instrument,
    *,
    language: str = "en",
    heads: str = "en",
    extra: Extra | None = None,
) -> list[list[object]]:
    """Return the rows of an export; headings end in a no-break space."""
    cells, n = in_words(codes, instrument, language), len(codes)
    start = dt.datetime(2026, 3, 4, 9, 0)
    begun = [start + dt.timedelta(minutes=i) for i in range(n)]
    facts: list[list[object]] = [
        [str(i + 1) for i in range(n)],
        [*begun],
        [moment + dt.timedelta(seconds=75) for moment in begun],
        ["anonymous"] * n,
        [SECRETS["email"]] * n,
        [""] * n,
    ]
    names = FORMS_HEADS[heads].split("|")
    texts = wordings(instrument, language)
    curly = str.maketrans({"'": "\u2019", '"': "\u201d"})
    headings = [*names, *(f"{texts[i].translate(curly)}\u00a0" for i in cells)]
    headings += ["What first?", *(extra or {})]
    columns = [*facts[: len(names)], *(list(cells[item]) for item in cells)]
    columns += [[SECRETS["first"]] * n, *(extra or {}).values()]
    return [headings, *_turned(columns, n)]


def google_forms_rows(
    codes: pd.DataFrame,
    instrument: Instrument,
    *,
    language: str = "en",
    heading: str = "Timestamp",
    grid: bool = True,
    extra: Extra | None = None,
) -> list[list[str]]:
    """Return the rows of an export: grid rows between brackets, or questions."""
    cells, n = in_words(codes, instrument, language), len(codes)
    texts = wordings(instrument, language)
    asked = {i: f"{ASKED[language]} [{texts[i]}]" if grid else texts[i] for i in cells}
    headings = [heading, "Email Address", *asked.values(), "What first?"]
    columns: list[list[str]] = [
        [f"2026/03/04 {i % 12 or 12}:{i % 60:02}:17 p.m. CET" for i in range(n)],
        [SECRETS["email"]] * n,
        *(list(cells[item]) for item in cells),
        [SECRETS["first"]] * n,
        *(extra or {}).values(),
    ]
    return [[*headings, *(extra or {})], *_turned(columns, n)]


def kobo_rows(
    codes: pd.DataFrame,
    instrument: Instrument,
    *,
    headings: str = "v/v1",
    labels: str = "",
    status: list[str] | None = None,
    extra: Extra | None = None,
) -> list[list[str]]:
    """Return the rows of a KoboToolbox export.

    `headings` is the shape of a name (``v1``, ``v/v1``, ``v-v1``, ``v.v1``,
    ``page/v/v1``); with `labels`, a language, labels stand there, and as answers.
    """
    cells = in_words(codes, instrument, labels) if labels else codes
    texts, n = wordings(instrument, labels or "en"), len(codes)
    names = [
        headings.replace("v1", i).replace("v", i.rstrip("0123456789"), 1)
        if headings != "v1"
        else i
        for i in cells
    ]
    if labels:
        names = [f"Group/{texts[item]}" for item in cells]
    columns: dict[str, list[str]] = {
        "start": [f"2026-03-04T09:{i % 60:02}:00.000+01:00" for i in range(n)],
        "end": [f"2026-03-04T09:{i % 60:02}:50.000+01:00" for i in range(n)],
        **{name: list(cells[i]) for name, i in zip(names, cells, strict=True)},
        "drinks": ["coffee tea"] * n,
        "drinks/coffee": ["1"] * n,
        "drinks/tea": ["1"] * n,
        "first": [SECRETS["first"]] * n,
        **(extra or {}),
        "__version__": ["vA"] * n,
        "meta/rootUuid": [f"uuid:{i:04}" for i in range(n)],
        "_id": [str(700 + i) for i in range(n)],
        "_uuid": [f"{i:04}" for i in range(n)],
        "_submission_time": [f"2026-03-04T10:{i % 60:02}:00" for i in range(n)],
        "_validation_status": status or [""] * n,
        "_submitted_by": [SECRETS["email"]] * n,
        "_index": [str(i + 1) for i in range(n)],
    }
    return [list(columns), *_turned(list(columns.values()), n)]


def odk_central_rows(
    codes: pd.DataFrame, *, review: list[str] | None = None
) -> list[list[str]]:
    """Return the rows of an ODK Central export: ``v-v1``, and review states."""
    n = len(codes)
    columns = {
        "SubmissionDate": [f"2026-03-04T10:{i % 60:02}:00.000Z" for i in range(n)],
        "meta-instanceID": [f"uuid:{i:04}" for i in range(n)],
        **{f"{i.rstrip('0123456789')}-{i}": list(codes[i]) for i in codes},
        "KEY": [f"uuid:{i:04}" for i in range(n)],
        "SubmitterName": [SECRETS["email"]] * n,
        "ReviewState": review or [""] * n,
        "FormVersion": ["1"] * n,
    }
    return [list(columns), *_turned(list(columns.values()), n)]


def redcap_rows(
    codes: pd.DataFrame,
    instrument: Instrument,
    *,
    labels: str = "",
    complete: list[str] | None = None,
    before: Extra | None = None,
) -> list[list[str]]:
    """Return the rows of a REDCap export: names and codes, or (`labels`) in words.

    `before` are columns behind the record, such as the event.
    """
    cells = in_words(codes, instrument, labels) if labels else codes
    texts, n = wordings(instrument, labels or "en"), len(codes)
    columns: list[tuple[str, list[str]]] = [
        ("Record ID" if labels else "record_id", [str(i + 1) for i in range(n)]),
        *(before or {}).items(),
        (
            "Survey Identifier" if labels else "redcap_survey_identifier",
            [SECRETS["email"]] * n,
        ),
        (
            "Survey Timestamp" if labels else "scan_timestamp",
            [f"2026-03-04 09:{i % 60:02}:00" for i in range(n)],
        ),
        *((texts[i] if labels else i, list(cells[i])) for i in cells),
        ("Drinks (choice=Tea)" if labels else "drinks___1", ["1"] * n),
        ("What first?" if labels else "first", [SECRETS["first"]] * n),
        (
            "Complete?" if labels else "scan_complete",
            complete or ["Complete" if labels else "2"] * n,
        ),
    ]
    return [[c[0] for c in columns], *_turned([c[1] for c in columns], n)]
