"""What pages show of the library of actions, of verdicts and of refusals."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from diagnose.handbook import evidence_table, refusal, show_actions, verdict_table
from diagnose.instrument import load_actions, load_instrument
from diagnose.statistics.drivers import relative_importance

FIGURES = Path(__file__).parents[3] / "benchmarks" / "results" / "suitability.csv"
INSTRUMENT = load_instrument("bottom-up")
LIBRARY = load_actions(INSTRUMENT)


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("topic", sorted({action.about for action in LIBRARY.actions}))
def test_actions_are_shown_whole_in_the_language_asked(topic, language):
    page = show_actions(INSTRUMENT, topic, language=language)._repr_html_()

    assert page.count("<details>") == len(LIBRARY.about(topic))
    assert page.count("<dt>") == 6 * len(LIBRARY.about(topic))
    other = {"en": "Eerste zes weken", "nl": "First six weeks"}[language]
    assert other not in page


def test_text_is_escaped():
    page = show_actions(INSTRUMENT, "v", language="en")._repr_html_()

    assert "Morrison &amp; Hewlin" in page
    assert not re.search(r"&(?!amp;|#x27;|quot;|lt;|gt;)", page)


def test_the_printed_form_names_the_actions():
    titles = repr(show_actions(INSTRUMENT, "divided", language="en")).splitlines()

    assert titles == [action.title["en"] for action in LIBRARY.about("divided")]


def test_a_topic_without_actions_is_refused():
    with pytest.raises(ValueError, match="`topic` must be one of 'v'"):
        show_actions(INSTRUMENT, "weather")
    with pytest.raises(ValueError, match="that has a library of actions"):
        show_actions(load_instrument("oric"), "v")


def test_every_action_is_counted_once_by_its_evidence():
    table = evidence_table(LIBRARY, language="nl")

    assert table.index[0] == "sterk bewijs"
    assert table["Acties"].astype(int).sum() == len(LIBRARY.actions)


def test_verdicts_stand_in_the_words_of_the_reader():
    english = verdict_table(FIGURES, "all_present", language="en")
    dutch = verdict_table(FIGURES, "all_present", language="nl")

    assert "cannot be told" in english.columns
    assert "niet te zeggen" in dutch.columns
    assert english.loc["300", "start from below now"] == "100%"
    assert dutch.loc["300", "nu van onderop beginnen"] == "100 %"


def test_an_unknown_truth_is_refused():
    with pytest.raises(ValueError, match="`truth` must be one of 'all_present'"):
        verdict_table(FIGURES, "all_fine")


def test_a_refusal_is_returned_as_words():
    import pandas as pd

    scores = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [2.0, 1.0, 5.0]})

    assert "need at least 50" in refusal(
        relative_importance, scores["a"].rename("c"), scores[["b"]]
    )


def test_a_result_is_no_refusal_and_other_errors_pass():
    assert refusal(len, [1, 2]) == ""
    with pytest.raises(TypeError):
        refusal(len, 3)
