"""Each of our own ways out, read back as a definition, proves every code it wrote."""

from __future__ import annotations

import pytest

from diagnose import load_instrument
from diagnose.instrument.codebook import codebook
from diagnose.instrument.export.build import build_survey
from diagnose.instrument.export.details import FieldingDetails
from diagnose.instrument.export.limesurvey import LIMESURVEY
from diagnose.instrument.export.redcap import REDCAP
from diagnose.instrument.export.spss import SPSS
from diagnose.instrument.export.surveyjs import SURVEYJS
from diagnose.instrument.export.xlsform import XLSFORM
from diagnose.instrument.labels import label_codes, normalise_label
from diagnose.responses.definition.read import definition_in

BOTTOM_UP = load_instrument("bottom-up")
KINDS = {
    LIMESURVEY: "limesurvey-tsv",
    XLSFORM: "xlsform",
    SURVEYJS: "surveyjs",
    REDCAP: "redcap",
    SPSS: "sav",
}


def exported(target, languages):
    survey = build_survey(
        BOTTOM_UP, "floor", languages, details=FieldingDetails(), units=()
    )
    return target.write(survey)


def proves_all(definition, language):
    """Check that each item has all its points, under labels of the instrument."""
    for item in BOTTOM_UP.closed_items:
        scale = BOTTOM_UP.response_scale_of(item.id)
        known = label_codes(scale)
        answers = definition.answers_of((item.id,))
        named = {known[normalise_label(t[0])] for t in answers.values()}
        assert named == {point.code for point in scale.points}, item.id
        text = item.text["floor"][language]
        assert normalise_label(text) in {
            normalise_label(one) for one in definition.wordings[item.id]
        }


@pytest.mark.parametrize("target", KINDS, ids=lambda target: target.name)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_survey_that_we_wrote_is_the_definition_of_its_own_codes(target, language):
    found = [
        definition_in(content, name)
        for name, content in exported(target, (language,)).items()
        if not name.endswith((".sps", "-entry.csv"))
    ]

    assert [one.kind for one in found] == [KINDS[target]]
    assert not found[0].ambiguous
    proves_all(found[0], language)


@pytest.mark.parametrize(
    "target",
    [one for one in KINDS if one.multilingual],
    ids=lambda target: target.name,
)
def test_a_survey_in_two_languages_has_the_labels_of_both(target):
    (content,) = exported(target, ("nl", "en")).values()
    found = definition_in(content, "definition")

    assert found.answers["v1"]["5"] == ("Helemaal mee eens", "Strongly agree")
    for language in ("en", "nl"):
        proves_all(found, language)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_codebook_proves_the_codes_and_the_numbers(language):
    content = codebook(BOTTOM_UP, language).to_csv(index=False).encode()
    found = definition_in(content, "codebook.csv")

    assert not found.ambiguous
    for item in BOTTOM_UP.closed_items:
        points = BOTTOM_UP.response_scale_of(item.id).points
        answers = found.answers_of((item.id,))
        assert {p.code for p in points} <= set(answers)
        assert all(answers[p.code] == (p.label[language],) for p in points)
