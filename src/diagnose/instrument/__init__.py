"""Instruments: what was asked, read from data and checked before it is used."""

from diagnose.instrument.check import check_instrument
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
    "label_codes",
    "list_instruments",
    "load_instrument",
    "normalise_label",
]
