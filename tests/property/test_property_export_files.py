"""Whatever an instrument says, the files hold it as text and never as markup."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

import builders
from diagnose.instrument.export import build_survey
from diagnose.instrument.export.codebook_files import codebook_csv, codebook_page
from diagnose.instrument.export.redcap import COLUMNS, write_redcap
from diagnose.instrument.export.spss import shortened, write_spss
from diagnose.instrument.export.surveyjs import write_surveyjs
from diagnose.instrument.export.xlsform import plain_label, write_xlsform

MARKS = (
    "<b>",
    "&amp;",
    "${v1}",
    "[v1]",
    "{v1}",
    "|",
    "'",
    '"',
    "=1",
    "\n",
    "# ",
    "_x000B_",
)
WORDS = (
    st.lists(
        st.sampled_from(MARKS) | st.text(st.characters(codec="utf-8"), max_size=12),
        min_size=1,
        max_size=8,
    )
    .map("".join)
    .filter(lambda text: any(c.isprintable() and not c.isspace() for c in text))
)
SETTINGS = settings(max_examples=40, deadline=None)


def asked_with(wording, label):
    """Return an instrument with this wording and this label of its first answer."""
    scale = builders.agree_scale("odd")
    scale["points"][0]["label"] = builders.both(label)
    return builders.instrument(
        {"v": "v1 v2-"}, texts={"v1": (wording, wording)}, scales={"v": scale}
    )


def survey_with(wording, label):
    return build_survey(asked_with(wording, label), "floor", ("en",))


@SETTINGS
@given(wording=WORDS, label=WORDS)
def test_surveyjs_texts_differ_by_word_joiners_only(wording, label):
    survey = survey_with(wording, label)
    (content,) = write_surveyjs(survey).values()

    asked = survey.matrices[0]
    matrix = json.loads(content)["pages"][1]["elements"][0]
    for given_text, found in (
        (asked.rows[0].text["en"], matrix["rows"][0]["text"]["default"]),
        (asked.options[0].label["en"], matrix["columns"][0]["text"]["default"]),
    ):
        assert found.replace("\u2060", "") == given_text.replace("\u2060", "")
        assert not re.search(r"\{[^\u2060]", found)


@SETTINGS
@given(wording=WORDS, label=WORDS)
def test_redcap_rows_keep_their_columns_and_their_texts(wording, label):
    (content,) = write_redcap(survey_with(wording, label)).values()

    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    rows = list(csv.reader(text))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    item = next(row for row in rows if row[0] == "v1")
    assert not re.search(r"[<>\[\]{}]", item[4] + item[5])
    assert unescape(item[4]) == " ".join(wording.split())
    choices = item[5].split(" | ")
    assert [one.partition(", ")[0] for one in choices] == list(builders.AGREE5)


@SETTINGS
@given(wording=WORDS, label=WORDS)
def test_spss_literals_close_and_labels_survive(wording, label):
    import tempfile
    from pathlib import Path

    import pyreadstat

    files = write_spss(survey_with(wording, label))

    syntax = files["small-floor-en.sps"].decode("utf-8-sig")
    for line in syntax.split("\r\n"):
        assert len(line.encode("utf-8")) < 256
        assert line.replace("'\"'", "").count("'") % 2 == 0
    assert len(syntax.splitlines()) == syntax.count("\r\n")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "back.sav"
        path.write_bytes(files["small-floor-en.sav"])
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    assert len(frame) == 0
    printable = "".join(sign if sign.isprintable() else " " for sign in wording)
    expected = shortened(" ".join(printable.split()), 256)
    assert (meta.column_names_to_labels["v1"] or "") == expected


@SETTINGS
@given(wording=WORDS, label=WORDS)
def test_pyxform_takes_any_wording_and_label(wording, label):
    from pyxform.xls2xform import convert

    survey = survey_with(wording, label)
    (content,) = write_xlsform(survey).values()
    xform = convert(io.BytesIO(content), file_type=".xlsx").xform

    labels = [
        "".join(found.itertext())
        for found in ElementTree.fromstring(xform).iter()
        if found.tag.endswith("}text")
    ]
    asked = survey.matrices[0]
    for text in (asked.rows[0].text["en"], asked.options[0].label["en"]):
        assert bare(plain_label(text)) in [bare(one) for one in labels]


@SETTINGS
@given(text=WORDS)
def test_labels_of_xlsform_lose_no_visible_sign(text):
    plain = plain_label(text)

    assert not re.search(r"\$\{|<[A-Za-z/!?]|&[A-Za-z#]|[*_`~]|\]\(", plain)
    kept = plain.replace("\u2060", "").translate(str.maketrans("∗ˍˋ∼", "*_`~"))
    before = text.replace("\u2060", "").translate(str.maketrans("∗ˍˋ∼", "*_`~"))
    control = re.compile("[\x00-\x20\x7f-\x9f\ufffe\uffff]")
    assert control.sub("", kept) == control.sub("", before)


def bare(text):
    """Return the signs of a text; pyxform changes spaces and curly quotes."""
    straight = text.translate(str.maketrans("“”‘’", "\"\"''"))
    return "".join(straight.split())


class Tags(HTMLParser):
    """Collects the start tags of a page and its visible words."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words.append(data)


@SETTINGS
@given(wording=WORDS, label=WORDS)
def test_the_codebook_page_has_the_same_tags_whatever_is_asked(wording, label):
    usual = Tags(codebook_page(asked_with("plain", "plain"), "en"))

    page = Tags(codebook_page(asked_with(wording, label), "en"))

    assert page.tags == usual.tags
    assert " ".join(wording.split()) in " ".join("".join(page.words).split())


@SETTINGS
@given(wording=WORDS, label=WORDS)
def test_no_cell_of_the_codebook_is_a_formula(wording, label):
    content = codebook_csv(asked_with(wording, label), "en").decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert {len(row) for row in rows} == {13}
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "\r")) for r in rows for cell in r
    )
    assert any(wording.strip() in cell for row in rows for cell in row)
