"""Instruments: what was asked, read from data and checked before it is used."""

from diagnose.instrument.check import check_instrument
from diagnose.instrument.codebook import codebook
from diagnose.instrument.labels import label_codes, normalise_label
from diagnose.instrument.load import list_instruments, load_instrument
from diagnose.instrument.model import (
    ContextItem,
    Form,
    Instrument,
    Item,
    OpenItem,
    Point,
    Provenance,
    Reporting,
    ResponseScale,
    ScreenItem,
    Subscale,
)
from diagnose.instrument.questionnaire import questionnaire
from diagnose.instrument.schema import instrument_schema, schema_text

__all__ = [
    "ContextItem",
    "Form",
    "Instrument",
    "Item",
    "OpenItem",
    "Point",
    "Provenance",
    "Reporting",
    "ResponseScale",
    "ScreenItem",
    "Subscale",
    "check_instrument",
    "codebook",
    "instrument_schema",
    "label_codes",
    "list_instruments",
    "load_instrument",
    "normalise_label",
    "questionnaire",
    "schema_text",
]
