"""Instruments: what was asked, read from data and checked before it is used."""

from diagnose.instrument.actions import Action, ActionLibrary, load_actions
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
from diagnose.instrument.schema import instrument_schema, schema_text
from diagnose.instrument.screen import Screen, read_screen

__all__ = [
    "Action",
    "ActionLibrary",
    "ContextItem",
    "Form",
    "Instrument",
    "Item",
    "OpenItem",
    "Point",
    "Provenance",
    "Reporting",
    "ResponseScale",
    "Screen",
    "ScreenItem",
    "Subscale",
    "check_instrument",
    "codebook",
    "instrument_schema",
    "label_codes",
    "list_instruments",
    "load_actions",
    "load_instrument",
    "normalise_label",
    "read_screen",
    "schema_text",
]
