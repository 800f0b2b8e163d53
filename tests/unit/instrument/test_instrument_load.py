"""Finding, reading and refusing instrument files."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.errors import InstrumentError
from diagnose.instrument import check_instrument, list_instruments, load_instrument
from diagnose.instrument.load import instrument_from_tree
from diagnose.instrument.problems import CATALOGUE, PATTERNS
from diagnose.instrument.schema import instrument_schema

KNOWN = "'id', 'keyed', 'text', 'response_scale'"

# code, what is replaced by what in acme.yaml, where the problem is, what it says
FIELD_CASES = [
    ("Y010", "    referent: collective\n", "", "subscales[0].referent", "is missing"),
    (
        "Y011",
        "{id: v1, keyed: forward",
        "{id: v1, keyd: forward, keyed: forward",
        "subscales[0].items[0].keyd",
        f"is not a known field; allowed: {KNOWN}; did you mean 'keyed'?",
    ),
    (
        "Y012",
        "{id: v2, keyed: reverse",
        "{id: v2, keyed: reversed",
        "subscales[0].items[1].keyed",
        "is 'reversed'; allowed: 'forward', 'reverse'",
    ),
    (
        "Y012",
        '"1.0.0"',
        '"1.0"',
        "version",
        "is '1.0'; allowed: three numbers with dots, such as '1.0.0'",
    ),
    ("Y012", "id: s\n", "id: S\n", "subscales[1].id", "is 'S'; allowed: a lower-case"),
    ("Y012", "scores: 5", "scores: 3", "reporting.scores", "is 3; allowed: 5 or more"),
    (
        "Y012",
        "  nl: {status: translated}",
        "  NL: {status: translated}",
        "languages.NL",
        "is 'NL'; allowed: a language code of two lower-case letters, such as 'nl'",
    ),
    (
        "Y013",
        '"1.0.0"',
        "1.0",
        "version",
        "is the number 1.0; allowed: text; put it between quotes",
    ),
    (
        "Y013",
        '"1.0.0"',
        "2026-01-05",
        "version",
        "is the date 2026-01-05; allowed: text; put it between quotes",
    ),
    (
        "Y013",
        "lowest: 0",
        'lowest: "0"',
        "response_scales[1].lowest",
        "is the text '0'; allowed: a number; write it without quotes",
    ),
    (
        "Y013",
        'code: "0"',
        "code: 0",
        "response_scales[1].points[0].code",
        "is the number 0; allowed: text; put it between quotes",
    ),
    ("Y013", "lowest: 0", "lowest: .inf", "response_scales[1].lowest", "a finite"),
    ("Y013", "  licence:", "  1:", "provenance.1", "is a key that is the number 1"),
    ("Y013", '["Zeker"]', "!!set {Zeker}", "response_scales[0].points[2].aliases.nl",
     "is of the kind set; allowed: plain text"),
    ("Y013", '["Zeker"]', "Zeker", "response_scales[0].points[2].aliases.nl", "a list"),
    ("Y013", 'title: {en: "Step", nl: "Stap"}', "title: Step", "subscales[1].title",
     "is the text 'Step'; allowed: a mapping"),
    ("Y013", "scores: 5", "scores: 5.5", "reporting.scores", "a whole number"),
    ("Y012", 'go_if: "yes"', "go_if: true", "suitability[0].go_if",
     "is the truth value true; allowed: 'yes', 'no'"),
    ("Y014", '"Written for a test"', '" "', "provenance.source",
     "holds no characters; allowed: at least 1"),
    (
        "Y014",
        'code: "0"',
        'code: "00000000000000000"',
        "response_scales[1].points[0].code",
        "holds 17 characters; allowed: at most 16",
    ),
    (
        "Y014",
        '      - {code: "0", value: 0, label: {en: "Never", nl: "Nooit"}}\n',
        "",
        "response_scales[1].points",
        "holds 1 entry; allowed: at least 2",
    ),
]  # fmt: skip

CROSS_CASES = [
    ("I020", "id: a1", "id: v1", "context_items[0].id",
     "repeats the id 'v1' of subscales[0].items[0].id"),
    ("I020", "id: first", "id: v", "open_items[0].id", "of subscales[0].id"),
    ("I020", "id: often2", "id: agree3", "response_scales[1].id", "'agree3'"),
    ("I021", "response_scale: often2", "response_scale: often3",
     "subscales[1].response_scale", "is 'often3', which no response scale"),
    ("I021", "keyed: forward, response_scale: agree3",
     "keyed: forward, response_scale: x", "context_items[0].response_scale", "'x'"),
    ("I021", "{id: v1,", "{id: v1, response_scale: x,",
     "subscales[0].items[0].response_scale", "allowed: 'agree3', 'often2'"),
    ("I022", "method: mean\n    min_answered: 1", "method: mean\n    min_answered: 3",
     "subscales[0].min_answered", "is 3, more than the number of items; allowed: 1 to"),
    ("I023", "method: mean", "method: item", "subscales[0].method",
     "is 'item', with 2 items"),
    ("I023", "method: item", "method: mean", "subscales[1].method",
     "is 'mean', with 1 items"),
    ("I024", "{id: v1,", "{id: v1, response_scale: often2,",
     "subscales[0].items[0].response_scale", "answers on 'often2', whose bounds"),
    ("I025", "highest: 3", "highest: 1", "response_scales[0]", "runs from 1 to 1"),
    ("I025", "highest: 1", "highest: 2", "response_scales[1].points",
     "has no point with the value 2; allowed: points at both bounds, from 0 to 2"),
    ("I025", '"2", value: 2', '"2", value: 7', "response_scales[0].points[1].value",
     "is 7; allowed: from 1 to 3"),
    ("I026", 'code: "2"', 'code: "1"', "response_scales[0].points[1].code",
     "repeats '1' of response_scales[0].points[0].code; allowed: a code of its own"),
    ("I026", '"2", value: 2', '"2", value: 3', "response_scales[0].points[2].value",
     "repeats 3.0 of"),
    ("I027", '"Zeker"', '"NEE "', "response_scales[0].points[2].aliases.nl[0]",
     "'NEE' is also a label of code '1'"),
    ("I027", 'nl: "Deels"', 'nl: "no"', "response_scales[0].points[1].label.nl",
     "'no' is also a label of code '1'"),
    ("I028", 'neutral: ["2"]', 'neutral: ["4"]', "response_scales[0].neutral[0]",
     "names '4'; allowed: codes with a value: '1', '2', '3'"),
    ("I028", 'favourable: ["3"]', 'favourable: ["na"]',
     "response_scales[0].favourable[0]", "names 'na'"),
    ("I028", 'favourable: ["3"]', 'favourable: ["3", "2"]',
     "response_scales[0].favourable", "names '2', which is also neutral"),
    ("I029", ', nl: "Stem"', "", "subscales[0].title", "has no text in language 'nl'"),
    ("I029", ', nl: "Ideeën blijven steken."', "", "subscales[0].items[1].text.floor",
     "'nl'"),
    ("I029", ', nl: "Ooit"', "", "response_scales[1].points[1].label", "'nl'"),
    ("I029", ', nl: "Ligt het open?"', "", "suitability[0].text", "'nl'"),
    ("I029", ', nl: "Wat moet er eerst gebeuren?"', "", "open_items[0].text.floor",
     "'nl'"),
    ("I029", ', nl: "Hier is {unit}."', "", "forms.floor.introduction", "'nl'"),
    ("I030", 'nl: "Stem"', 'nl: "Stem", fr: "Voix"', "subscales[0].title.fr",
     "is a text in 'fr', a language that is not declared; allowed: 'en', 'nl'"),
    ("I030", 'aliases: {nl: ["Zeker"]}', 'aliases: {de: ["Sicher"]}',
     "response_scales[0].points[2].aliases.de", "'de'"),
    ("I031", 'text: {floor: {en: "I act."', 'text: {flor: {en: "I act."',
     "subscales[1].items[0].text.flor",
     "is for form 'flor', which does not exist; allowed: 'floor'"),
    ("I032", ', text: {floor: {en: "I act.", nl: "Ik doe iets."}}', "",
     "subscales[1].items[0].text", "has no text, while other items have one"),
    ("I032", 'text: {floor: {en: "I act.", nl: "Ik doe iets."}}', "text: {}",
     "subscales[1].items[0].text", "has no text"),
    ("I033", "forms:\n",
     'forms:\n  leader: {role: leader, title: {en: "Leaders", nl: "Leiding"}}\n',
     "forms.leader", "is used by no item"),
    ("I034", "distributions: 8", "distributions: 11", "reporting.comments",
     "is 10, less than `distributions` (11); allowed: 11 or more"),
    ("I035", '"I act."', '"We are  HEARD."', "subscales[1].items[0].text.floor.en",
     "has the same wording as subscales[0].items[0].text.floor.en"),
    ("I036", "means {unit}", "means {team}", "forms.floor.introduction.en",
     "holds the placeholder '{team}'; allowed: {unit}, {change}"),
    ("I036", "means {unit}", "means unit}", "forms.floor.introduction.en", "'}'"),
    ("I037", "second: [s]", "second: [s, x]", "dimensions.alternatives.pairs",
     "names 'x', which is no subscale; allowed: 'v', 's'"),
    ("I038", "second: [s]", "second: [s, v]", "dimensions.alternatives.pairs",
     "leaves out 'v', or names it twice"),
]  # fmt: skip

ELSEWHERE = {"I001", "I002"}


def patterns_in(node: object) -> set[str]:
    """Return every regular expression in a schema."""
    if isinstance(node, list):
        return set().union(*map(patterns_in, node))
    if not isinstance(node, dict):
        return set()
    own = {node["pattern"]} if isinstance(node.get("pattern"), str) else set()
    own |= set(node.get("patternProperties", {}))
    return own.union(*map(patterns_in, node.values()))


def test_the_unedited_file_is_accepted(acme_text, write):
    instrument = load_instrument(write(acme_text))

    assert instrument.id == "acme"
    assert instrument.item_ids == ("v1", "v2", "s1")
    assert check_instrument(instrument) == ()


@pytest.mark.parametrize(("code", "old", "new", "path", "text"), FIELD_CASES)
def test_a_wrong_field_is_refused(problems_after, code, old, new, path, text):
    found = problems_after(old, new)

    assert [(c, p) for c, p, _ in found if p == path] == [(code, path)]
    assert text in next(words for _, p, words in found if p == path)


@pytest.mark.parametrize(("code", "old", "new", "path", "text"), CROSS_CASES)
def test_a_contradiction_is_refused(problems_after, code, old, new, path, text):
    found = problems_after(old, new)

    assert (code, path) in [(c, p) for c, p, _ in found]
    assert text in next(words for c, p, words in found if (c, p) == (code, path))


def test_every_code_of_the_catalogue_is_asserted_here():
    assert {case[0] for case in CROSS_CASES} | ELSEWHERE == set(CATALOGUE)


def test_every_pattern_of_the_model_has_words():
    assert patterns_in(instrument_schema()) == set(PATTERNS)


def test_all_problems_are_reported_together(acme_text, problems_of):
    text = acme_text.replace("keyed: reverse", "keyed: reversed")
    text = text.replace('"1.0.0"', "1.0").replace("    kind: outcome\n", "")

    assert [(code, path) for code, path, _ in problems_of(text)] == [
        ("Y013", "version"),
        ("Y012", "subscales[0].items[1].keyed"),
        ("Y010", "subscales[1].kind"),
    ]


def test_the_message_gives_file_path_fact_and_choice(acme_text, write):
    write(acme_text.replace("keyed: reverse", "keyed: reversed"))

    with pytest.raises(InstrumentError) as caught:
        load_instrument("surveys/acme")

    assert str(caught.value) == (
        "[Y012] surveys/acme/instrument.yaml: subscales[0].items[1].keyed: "
        "is 'reversed'; allowed: 'forward', 'reverse'"
    )
    assert caught.value.to_frame()["code"].tolist() == ["Y012"]


def test_a_label_that_yaml_1_1_takes_for_a_truth_value_stays_text(acme_text, write):
    text = acme_text.replace('en: "No"', "en: No").replace('en: "Yes"', "en: Yes")

    points = load_instrument(write(text)).response_scales[0].points

    assert [points[0].label["en"], points[2].label["en"]] == ["No", "Yes"]


def test_a_byte_order_mark_is_accepted(acme_text, write):
    assert load_instrument(write(b"\xef\xbb\xbf" + acme_text.encode())).id == "acme"


@pytest.mark.parametrize("given", ["surveys/acme", "surveys/acme/instrument.yaml"])
def test_a_folder_and_its_file_are_the_same_instrument(acme_text, write, given):
    write(acme_text)

    assert load_instrument(given) == load_instrument(Path(given))


def test_the_same_content_gives_an_equal_and_hashable_instrument(acme_text, write):
    first = load_instrument(write(acme_text))
    again = load_instrument(write(acme_text + "# a comment\n"))

    assert first == again
    assert len({first, again}) == 1


def test_an_edited_file_is_read_again(acme_text, write):
    first = load_instrument(write(acme_text))
    edited = load_instrument(write(acme_text.replace("Acme scan", "Another scan")))

    assert edited.title["en"] == "Another scan"
    assert edited.content_hash != first.content_hash


def test_an_unknown_name_lists_what_exists_and_the_nearest():
    with pytest.raises(InstrumentError) as caught:
        load_instrument("Botom-up")

    (found,) = caught.value.problems
    assert found.code == "I001"
    assert found.place == "instrument 'Botom-up'"
    assert found.allowed == ", ".join(repr(name) for name in list_instruments())
    assert found.remedy == "did you mean 'bottom-up'?"


def test_an_unknown_name_far_from_any_is_pointed_to_paths():
    with pytest.raises(InstrumentError, match="for your own instrument, give its path"):
        load_instrument("xyz")


@pytest.mark.parametrize("given", ["./nothing", "nothing/instrument.yaml", Path("x")])
def test_a_missing_file_is_refused(tmp_path, monkeypatch, given):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InstrumentError, match="there is no such file") as caught:
        load_instrument(given)

    assert [found.code for found in caught.value.problems] == ["I002"]


def test_a_folder_without_an_instrument_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()

    with pytest.raises(InstrumentError, match=r"mine/instrument\.yaml: there is no"):
        load_instrument("mine")


def test_a_file_that_cannot_be_opened_is_refused(acme_text, write, monkeypatch):
    path = write(acme_text)

    def refuse(self, mode):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(InstrumentError, match="cannot be read: Permission denied"):
        load_instrument(path)


def test_a_name_of_the_kit_wins_over_a_folder(acme_text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pulse").mkdir()
    (tmp_path / "pulse" / "instrument.yaml").write_text(acme_text, encoding="utf-8")

    assert load_instrument("pulse").id == "pulse"
    assert load_instrument("./pulse").id == "acme"


def test_an_installed_package_reads_the_surveys_inside_it(
    acme_text, tmp_path, monkeypatch
):
    folder = tmp_path / "surveys" / "acme"
    folder.mkdir(parents=True)
    (folder / "instrument.yaml").write_text(acme_text, encoding="utf-8")
    (tmp_path / "surveys" / "no-instrument").mkdir()
    monkeypatch.setattr("importlib.resources.files", lambda package: tmp_path)

    assert list_instruments() == ("acme",)
    assert load_instrument("acme").title["nl"] == "Acmescan"


def test_a_tree_is_checked_like_a_file():
    with pytest.raises(InstrumentError, match="a tree: id: is missing"):
        instrument_from_tree({}, "a tree")
