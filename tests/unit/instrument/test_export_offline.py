"""The offline questionnaire as a file: whole, closed, and safe whatever its texts."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from importlib import resources

import pytest

from builders import instrument as small
from diagnose.instrument import load_instrument
from diagnose.instrument.export import FieldingDetails, build_survey
from diagnose.instrument.export.offline import OFFLINE
from diagnose.language import load_catalogue

SHOWN = [
    (name, form) for name in ("bottom-up", "pulse") for form in ("floor", "leader")
]
UNITS = [("Care", "North"), ("Care", "South"), ("Support", "Kitchen")]
HOSTILE = '<img src=x onerror="alert(1)"></script><!--<script>&amp;{{ 7*7 }}\u2028"\'\\'


class Page(HTMLParser):
    """Collects elements, and the text of styles, scripts and the data block."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.policy = ""
        self.held = {"style": "", "script": "", "data": "", "title": ""}
        self.words: list[str] = []
        self._inside = ""
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.links += [v for name, v in attrs if name in {"src", "href"}]
        assert not [name for name in given if name.startswith("on") or name == "style"]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        self._inside = "data" if given.get("id") == "data" else tag

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside in self.held:
            self.held[self._inside] += data
        else:
            self.words.append(data)

    @property
    def data(self):
        return json.loads(self.held["data"])


def survey_of(name, form="floor", languages=("nl", "en"), **options):
    details = FieldingDetails(**options.pop("details", {}))
    given = name if not isinstance(name, str) else load_instrument(name)
    return build_survey(given, form, languages, details=details, **options)


def written(survey):
    ((name, content),) = OFFLINE.write(survey).items()
    return name, content


def page_of(*args, **options):
    return Page(written(survey_of(*args, **options))[1])


@pytest.mark.parametrize(("name", "form"), SHOWN)
@pytest.mark.parametrize("languages", [("nl",), ("en",), ("nl", "en")])
def test_offline_is_one_file_with_the_same_bytes_each_time(name, form, languages):
    survey = survey_of(name, form, languages, units=UNITS, details={"link": True})

    file_name, content = written(survey)

    assert file_name == f"{name}-{form}.html"
    assert OFFLINE.write(
        survey_of(name, form, languages, units=UNITS, details={"link": True})
    ) == {file_name: content}


@pytest.mark.parametrize(("name", "form"), SHOWN)
def test_offline_holds_every_statement_under_its_block_and_id(name, form):
    survey = survey_of(name, form)
    data = page_of(name, form).data

    held = {
        (one["id"], row["id"]): row["text"]
        for one in data["questions"]
        if one["kind"] == "matrix"
        for row in one["rows"]
    }

    assert held == {(m.id, row.id): dict(row.text) for m, row in survey.statements()}
    assert len(held) == {"bottom-up": 45, "pulse": 12}[name] + 2 * (
        (name, form) == ("bottom-up", "floor")
    )
    assert data["hidden"] == {"role": form, "edition": survey.edition}


def test_offline_answers_have_the_codes_of_the_instrument():
    data = page_of("bottom-up").data
    matrix = next(one for one in data["questions"] if one["kind"] == "matrix")

    assert [o["code"] for o in matrix["options"]] == ["1", "2", "3", "4", "5", "na"]
    assert [o["apart"] for o in matrix["options"]] == [False] * 5 + [True]


def test_offline_asks_unit_words_and_link_only_where_the_survey_does():
    bare = page_of("pulse").data["questions"]
    full = page_of("pulse", units=UNITS, details={"link": True}).data["questions"]

    assert [one["id"] for one in bare] == ["single", "first"]
    assert [one["id"] for one in full] == ["unit", "single", "first", "link"]
    assert [one.get("comment") for one in full] == [None, None, True, False]
    assert len({option["code"] for option in full[0]["options"]}) == 3


def test_policy_allows_the_page_s_own_script_and_style_and_nothing_else():
    page = page_of("bottom-up")

    def digest(text):
        raw = hashlib.sha256(text.encode("utf-8")).digest()
        return f"'sha256-{base64.b64encode(raw).decode()}'"

    assert set(page.policy.split("; ")) == {
        "default-src 'none'",
        f"script-src {digest(page.held['script'])}",
        f"style-src {digest(page.held['style'])}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    }


def test_offline_page_refers_to_nothing_outside():
    page = page_of("bottom-up", units=UNITS)

    assert page.links == ["data:,"]
    assert "url(" not in page.held["style"]
    assert "@import" not in page.held["style"]
    assert not re.search(r"https?:|//[a-z]", page.held["script"] + page.held["style"])


@pytest.mark.parametrize(
    "name",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
     "Function(", "localStorage", "sessionStorage", "indexedDB", "cookie", "fetch(",
     "XMLHttpRequest", "sendBeacon", "WebSocket", "Math.random", "import(", "?."],
)  # fmt: skip
def test_script_of_the_page_never_uses(name):
    assert name not in page_of("pulse").held["script"]


def test_hostile_texts_stay_inside_the_data_block():
    instrument = small({"v": "v1"}, texts={"v1": (HOSTILE, HOSTILE)})
    hostile = instrument.model_copy(update={"title": {"en": HOSTILE, "nl": HOSTILE}})

    page, plain = (
        page_of(hostile),
        page_of(small({"v": "v1"}, texts={"v1": ("a", "b")})),
    )

    assert page.tags == plain.tags
    assert page.held["script"] == plain.held["script"]
    assert page.data["title"] == {"en": HOSTILE, "nl": HOSTILE}
    assert page.data["questions"][0]["rows"] == [
        {"id": "v1", "text": {"en": HOSTILE, "nl": HOSTILE}}
    ]
    assert page.held["title"] == HOSTILE


def test_without_scripts_the_page_says_where_to_get_the_form_on_paper():
    words = " ".join(page_of("pulse").words)

    assert "ask the person who gave it to you for the questionnaire on paper" in words
    assert "vraag dan de vragenlijst op papier" in words.replace("\n", " ")
    assert "op papier" not in " ".join(page_of("pulse", languages=["en"]).words)


def test_words_of_the_script_and_of_the_catalogue_are_the_same():
    folder = resources.files("diagnose.instrument.export")
    script = (folder / "offline.js").read_text(encoding="utf-8")
    catalogue = load_catalogue("fielding")
    there = {
        k[len("offline.") :] for k in catalogue.entries if k.startswith("offline.")
    }
    used = {key for key in there if re.search(rf'"{key}"|\.{key}\b', script)}

    assert there - {"name", "needs"} <= used
    for key in re.findall(
        r'(?:word|tell|button)\("(\w+)"|said\("\w+", "(\w+)"', script
    ):
        assert "".join(key) in there


def test_another_language_has_english_words_around_its_questions():
    instrument = small({"v": "v1"}, texts={"v1": ("one", "een")})
    text = json.loads(instrument.model_dump_json())
    french = type(instrument).model_validate_json(json.dumps(_with_french(text)))

    data = page_of(french, languages=("fr", "nl")).data

    assert data["speaks"] == {"fr": "en", "nl": "nl"}
    assert data["words"]["fr"]["next"] == "Next"
    assert data["words"]["nl"]["next"] == "Volgende"


def _with_french(tree):
    """Return the tree with French beside the English of every text."""
    if isinstance(tree, list):
        return [_with_french(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    grown = {key: _with_french(value) for key, value in tree.items()}
    return {**grown, "fr": grown["en"]} if "en" in grown else grown
