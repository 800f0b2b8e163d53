"""From a definition file of any platform to what its answer codes mean."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from diagnose.responses.definition.codebook import is_codebook, read_codebook
from diagnose.responses.definition.limesurvey_lss import read_lss
from diagnose.responses.definition.limesurvey_tsv import NEEDED, read_limesurvey_tsv
from diagnose.responses.definition.model import Definition
from diagnose.responses.definition.qualtrics_qsf import is_qsf, read_qsf
from diagnose.responses.definition.qualtrics_txt import MARK, read_qualtrics_txt
from diagnose.responses.definition.redcap import is_redcap, read_redcap
from diagnose.responses.definition.surveyjs import is_surveyjs, read_surveyjs
from diagnose.responses.problems import refuse

MOST_BYTES = 50_000_000
MOST_ROWS = 500_000
_ZIP = b"PK\x03\x04"


def read_definition(path: str | Path) -> Definition:
    """Read what a platform's own definition says that answer codes mean.

    Parameters
    ----------
    path : str or Path
        LimeSurvey ``.lss`` or tab-separated ``.txt``, Qualtrics ``.qsf`` or advanced
        ``.txt``, an XLSForm, the JSON of a SurveyJS form, a REDCap data dictionary,
        our own codebook as CSV, or an SPSS ``.sav``. Its content, not its name,
        decides which one it is.

    Returns
    -------
    Definition
        What can be read in one way only; the rest is in `Definition.unproven`.

    Raises
    ------
    ResponseError
        The file is absent, too large, damaged, or none of these.
    """
    file = Path(path)
    if file.exists() and not file.is_file():
        raise refuse("R144", file.name)
    try:
        content = file.read_bytes() if file.stat().st_size <= _limit(file) else None
    except FileNotFoundError as error:
        raise refuse("R001", str(file)) from error
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or ""
        raise refuse("R015", file.name, detail=detail) from error
    if content is None:
        raise refuse("R003", file.name, size=file.stat().st_size, limit=_limit(file))
    return definition_in(content, file.name)


def _limit(file: Path) -> int:
    from diagnose.responses.files.spss import MOST_SAV_BYTES, is_sav

    with file.open("rb") as start:
        return MOST_SAV_BYTES if is_sav(start.read(4)) else MOST_BYTES


def definition_in(content: bytes, name: str) -> Definition:
    """Return the definition in the bytes of a file; `name` is its name in messages.

    Raises
    ------
    ResponseError
        As in `read_definition`.
    """
    from diagnose.responses.files.spss import is_sav, sav_definition
    from diagnose.responses.files.strict_json import looks_like_json

    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise refuse("R005", name)
    if is_sav(content):
        return sav_definition(content, name)
    if content.startswith(_ZIP):
        return _in_workbook(content, name)
    start = content[:200].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"<"):
        return read_lss(content, name)
    if start.startswith(b"[["):
        return _in_text(_decoded(content, name), name)
    if looks_like_json(content):
        return _in_json(content, name)
    return _in_text(_decoded(content, name), name)


def _in_workbook(content: bytes, name: str) -> Definition:
    from diagnose.responses.definition.archive import check_workbook
    from diagnose.responses.definition.xlsform import read_xlsform

    check_workbook(content, name)
    return read_xlsform(content, name)


def _in_json(content: bytes, name: str) -> Definition:
    from diagnose.responses.files.strict_json import parse_json

    values = parse_json(content, name)
    value = values[0] if len(values) == 1 else None
    if is_qsf(value):
        return read_qsf(value, name)
    if is_surveyjs(value):
        return read_surveyjs(value, name)
    raise refuse("R144", name)


def _decoded(content: bytes, name: str) -> str:
    encoding = json.detect_encoding(content)
    for tried in (encoding, "cp1252"):
        try:
            text = content.decode(tried)
        except UnicodeDecodeError:
            continue
        return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    raise refuse("R144", name)


def _in_text(text: str, name: str) -> Definition:
    if text.lstrip()[: len(MARK)].casefold() == MARK:
        return read_qualtrics_txt(text, name)
    first = text.lstrip("\n").partition("\n")[0]
    if {cell.strip().strip('"') for cell in first.split("\t")} >= NEEDED:
        try:
            return read_limesurvey_tsv(text.lstrip("\n"), name)
        except csv.Error as error:
            raise refuse("R146", name, form="LimeSurvey") from error
    return _in_table(text, first, name)


def _in_table(text: str, first: str, name: str) -> Definition:
    """Read a REDCap dictionary or a codebook, with commas or semicolons."""
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [
            row
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise refuse("R144", name) from error
    if not rows or len(rows) > MOST_ROWS:
        raise refuse("R144", name)
    if is_redcap(rows[0]):
        return read_redcap(rows, name)
    if is_codebook(rows[0]):
        return read_codebook(rows, name)
    raise refuse("R144", name)
