"""Units ordered by their pooled means: asked for, never by default."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnose.plots import figure_svg, plot_units
from published import HIDDEN_WITH_IT, TOO_SMALL, make_publication


@pytest.fixture(scope="module")
def publication():
    return make_publication()


def labels(figure):
    n_rows = round(figure.axes[0].get_ylim()[0] + 0.5)
    return [text.get_text() for text in figure.axes[0].texts[:n_rows]]


def test_the_order_of_the_organisation_is_the_default(publication):
    named = plot_units(publication, "v", order="organisation", language="en")

    assert figure_svg(named) == figure_svg(plot_units(publication, "v", language="en"))


def test_a_caterpillar_goes_down_from_the_highest_pooled_mean(publication):
    estimates = publication.units.estimates
    own = estimates.loc[
        (estimates["subscale"] == "v") & (estimates["level"] == "team")
    ].sort_values("estimate", ascending=False)

    found = labels(plot_units(publication, "v", order="estimate", language="en"))

    assert found[: len(own)] == [path[-1] for path in own["path"]]
    assert set(found[len(own) :]) >= {TOO_SMALL, HIDDEN_WITH_IT}
    assert not {"Care", "Support"} & set(found)


@pytest.mark.parametrize(
    ("language", "told", "not_told"),
    [
        ("en", "no league table", "Order of the organisation"),
        ("nl", "geen ranglijst", "Volgorde van de organisatie"),
    ],
)
def test_the_note_says_that_the_order_is_uncertain(
    publication, language, told, not_told
):
    figure = plot_units(publication, "v", order="estimate", language=language)
    foot = figure.texts[1].get_text().replace("\n", " ")

    assert told in foot
    assert not_told not in foot


def renamed(publication, old, new):
    """Return the publication in which a team has the name of another."""

    def paths(frame):
        return frame.assign(
            path=[(*p[:-1], new) if p[-1] == old else p for p in frame["path"]]
        )

    units = publication.units
    units = replace(units, cells=paths(units.cells), estimates=paths(units.estimates))
    made = replace(publication)
    object.__setattr__(made, "units", units)  # only some frames have the new name
    return made


def test_two_units_of_one_name_bring_their_parents(publication):
    twins = renamed(publication, "Finance", "Day shift")

    found = labels(plot_units(twins, "v", order="estimate", language="en"))

    assert {"Care › Day shift", "Support › Day shift"} <= set(found)
    assert "IT" in found


def test_another_order_of_units_is_refused(publication):
    with pytest.raises(ValueError, match="`order` must be one of"):
        plot_units(publication, "v", order="score")
