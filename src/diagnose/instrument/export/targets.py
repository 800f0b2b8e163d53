"""The ways out; `TARGETS` is their only list."""

from diagnose.instrument.export.limesurvey import LIMESURVEY
from diagnose.instrument.export.offline import OFFLINE
from diagnose.instrument.export.pdf import PDF
from diagnose.instrument.export.qualtrics import QUALTRICS
from diagnose.instrument.export.redcap import REDCAP
from diagnose.instrument.export.spss import SPSS
from diagnose.instrument.export.surveyjs import SURVEYJS
from diagnose.instrument.export.target import Target
from diagnose.instrument.export.word import WORD
from diagnose.instrument.export.xlsform import XLSFORM

TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        *(LIMESURVEY, QUALTRICS, XLSFORM, SURVEYJS, REDCAP),
        *(OFFLINE, WORD, PDF, SPSS),
    )
}
"""Name to way out of one form; the codebook covers all forms and is made apart."""

CODEBOOK = "codebook"
TARGET_NAMES = (*TARGETS, CODEBOOK)
"""What ``--to`` may be."""
