"""The generated JSON Schema: closed, deterministic, and in step with the repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from diagnose.instrument.schema import instrument_schema, write_instrument_schema

ROOT = Path(__file__).parents[3]


def objects(node: object):
    """Yield every schema of a mapping."""
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


def test_it_is_a_valid_schema_of_its_draft():
    schema = instrument_schema()

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def test_unknown_fields_are_refused_everywhere():
    found = list(objects(instrument_schema()))

    assert len(found) > 20
    assert all(schema["additionalProperties"] is False for schema in found)


def test_the_committed_file_is_the_generated_one(tmp_path):
    written = write_instrument_schema(tmp_path)
    committed = ROOT / "surveys" / "instrument.schema.json"

    assert written.read_text(encoding="utf-8") == committed.read_text(
        encoding="utf-8"
    ), "the model changed: run `diagnose survey schema`"


def test_writing_twice_gives_the_same_bytes(tmp_path):
    first = write_instrument_schema(tmp_path).read_bytes()

    assert write_instrument_schema(str(tmp_path)).read_bytes() == first


@pytest.mark.parametrize(
    ("field", "value"),
    [("keyed", "reversed"), ("keyd", "forward"), ("id", "V1"), ("id", 1)],
)
def test_it_refuses_what_the_model_refuses(field, value):
    schema = instrument_schema()
    item = {"id": "v1", "keyed": "forward", "text": {"floor": {"en": "We are heard."}}}
    validator = Draft202012Validator({**schema["$defs"]["Item"]})

    assert validator.is_valid(item)
    assert not validator.is_valid({**item, field: value})
