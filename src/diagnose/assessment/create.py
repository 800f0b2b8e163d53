"""``diagnose init``: a new assessment folder that only wants its export."""

from __future__ import annotations

from pathlib import Path

from diagnose.assessment.config import FILE_NAME
from diagnose.errors import AssessmentError, Problem
from diagnose.language import Language, load_catalogue


def create_assessment(
    folder: str | Path, *, instrument: str = "bottom-up", language: Language = "en"
) -> Path:
    """Make an assessment folder with a commented ``assessment.yaml``.

    Parameters
    ----------
    folder : str or Path
        New or empty folder.
    instrument : str
        Id of one of the kit's instruments, or the path of an instrument.
    language : {"en", "nl"}
        Language of the comments and of the report.

    Returns
    -------
    Path
        The new ``assessment.yaml``.

    Raises
    ------
    AssessmentError
        The folder holds something already.
    InstrumentError
        There is no such instrument.
    """
    from diagnose.instrument import load_instrument

    base = Path(folder)
    if base.exists() and (not base.is_dir() or any(base.iterdir())):
        raise AssessmentError(
            [
                Problem(
                    code="A005",
                    place=str(base),
                    message="holds something already",
                    allowed="a new or empty folder",
                    remedy="choose another name",
                )
            ]
        )
    load_instrument(instrument)  # refuse an unknown one before anything is written
    words = load_catalogue("assessment")
    (base / "responses").mkdir(parents=True)
    path = base / FILE_NAME
    path.write_text(
        words.text("template", language, instrument=instrument, language=language),
        encoding="utf-8",
    )
    (base / "mapping.yaml").write_text(
        words.text("mapping_template", language), encoding="utf-8"
    )
    return path
