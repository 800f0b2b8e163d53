"""The funnel of the response: only counts that may be shown, and what they say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnose.errors import InsufficientDataError
from diagnose.plots import alt_text, figure_svg, plot_funnel
from diagnose.plots.funnel import funnel_stages, funnel_title
from diagnose.plots.words import words_for
from published import NAN, make_publication


@pytest.fixture(scope="module")
def publication():
    return make_publication()


def words(publication, language="en"):
    return words_for(publication, language, "plots")


def stages(publication):
    return [(s.role, s.name, s.count) for s in funnel_stages(words(publication))]


def altered(publication, **changes):
    """Return the publication with other frames; its numbers need not be safe."""
    made = replace(publication)
    for name, value in changes.items():
        object.__setattr__(made, name, value)
    return made


def with_scores(publication, counts):
    """Return the publication with so many scores of the work floor on subscales."""
    profile = publication.profile.copy()
    for subscale, count in counts.items():
        own = (profile["role"] == "floor") & (profile["subscale"] == subscale)
        profile.loc[own, "n_respondents"] = count
    return altered(publication, profile=profile)


def without_members(publication):
    means = publication.representation.means.assign(n_members=NAN)
    kept = replace(publication.representation, means=means)
    return altered(publication, representation=kept)


def without_role(publication, role):
    roles = publication.participation.roles.copy()
    gone = roles["role"] == role
    roles.loc[gone, "n_respondents"] = NAN
    roles.loc[gone, "status"] = "hidden"
    kept = replace(publication.participation, roles=roles)
    return altered(publication, participation=kept)


def test_only_a_publication_has_a_funnel():
    with pytest.raises(TypeError, match="must be a Publication; got dict"):
        plot_funnel({})


def test_the_stages_are_those_of_the_publication(publication):
    assert stages(publication) == [
        ("floor", "members", 163),
        ("floor", "answered", 127),
        ("floor", "scored", 127),
        ("leader", "answered", 13),
        ("leader", "scored", 13),
    ]


def test_where_subscales_differ_the_most_and_the_fewest_scores_stand(publication):
    made = with_scores(publication, {"v": 101, "o": 120})

    assert ("floor", "most", 127) in stages(made)
    assert ("floor", "fewest", 101) in stages(made)
    told = alt_text(plot_funnel(made, language="en"))
    assert "; 101 to 127 have a score, depending on the subscale" in told


def test_shares_are_of_the_first_stage_of_the_form(publication):
    found = {(s.role, s.name): s.share for s in funnel_stages(words(publication))}

    assert found["floor", "answered"] == pytest.approx(127 / 163)
    assert found["leader", "scored"] == 1
    assert found["floor", "members"] != found["floor", "members"]  # none


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "78% of the work floor answered, 127 of 163 people; all of them have"),
        ("nl", "78 % van de werkvloer vulde de vragenlijst in, 127 van de 163 mensen;"),
    ],
)
def test_the_title_of_the_funnel_says_who_answered(publication, language, told):
    assert told in alt_text(plot_funnel(publication, language=language))


def test_without_head_counts_the_funnel_begins_with_the_answers(publication):
    made = without_members(publication)

    assert stages(made)[0] == ("floor", "answered", 127)
    assert "how many work there is not known" in alt_text(
        plot_funnel(made, language="en")
    )


def test_a_hidden_form_has_a_line_and_no_number(publication):
    made = without_role(publication, "leader")
    figure = plot_funnel(made, language="en")

    found = [text.get_text() for text in figure.axes[0].texts]
    assert "not shown, to protect respondents" in found
    assert not any("13" in text for text in found)
    assert [name for role, name, _ in stages(made) if role == "leader"] == ["hidden"]


def test_the_title_says_so_when_the_work_floor_is_hidden(publication):
    made = words(without_role(publication, "floor"))

    assert funnel_title(made, funnel_stages(made)) == (
        "Work floor: no result may be shown"
    )


def test_scores_that_all_answered_alike_but_some_are_counted(publication):
    every = {s.id: 120 for s in publication.instrument.subscales}

    told = alt_text(plot_funnel(with_scores(publication, every), language="en"))

    assert "; 120 have a score on each subscale" in told


def test_a_funnel_is_the_same_bytes_twice(publication):
    first, second = (figure_svg(plot_funnel(publication)) for _ in "12")

    assert first == second


def test_without_any_count_there_is_no_funnel(publication):
    made = without_role(without_role(publication, "leader"), "floor")

    with pytest.raises(InsufficientDataError, match="no number of people"):
        plot_funnel(made)
