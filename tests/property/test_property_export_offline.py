"""Whatever the texts of a survey are, the offline page stays one page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import instrument as small
from diagnose.instrument.export import build_survey
from diagnose.instrument.export.offline import OFFLINE

PIECES = (
    "<",
    ">",
    "&",
    "</script>",
    "<!--",
    "]]>",
    "{{",
    "{%",
    "'",
    '"',
    "\\",
    "\u2028",
)
texts = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=8
).map("".join)
DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>')


@cache
def plain():
    survey = build_survey(
        small({"v": "v1"}, texts={"v1": ("one", "een")}), "floor", ["en"]
    )
    return survey, content_of(survey)


def content_of(survey):
    (content,) = OFFLINE.write(survey).values()
    return content.decode("utf-8")


@given(title=texts, statement=texts, label=texts)
@settings(max_examples=100, deadline=None)
def test_no_text_leaves_the_data_block_and_every_text_comes_back(
    title, statement, label
):
    survey, before = plain()
    (matrix,) = survey.questions
    row = replace(matrix.rows[0], text={"en": statement})
    option = replace(matrix.options[0], label={"en": label})
    changed = replace(matrix, rows=(row,), options=(option,))

    page = content_of(replace(survey, title={"en": title}, questions=(changed,)))

    (block,) = DATA.findall(page)
    data = json.loads(block)
    assert data["title"] == {"en": title}
    assert data["questions"][0]["rows"][0]["text"] == {"en": statement}
    assert data["questions"][0]["options"][0]["label"] == {"en": label}
    assert not set(block) & set("<>&")
    assert block.isascii()
    outside = DATA.sub("", page)
    assert outside.count("<") == DATA.sub("", before).count("<")
    assert unescape(outside).count(title) >= 2
