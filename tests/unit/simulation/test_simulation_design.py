"""Impossible designs are refused, with every problem at once."""

from __future__ import annotations

import pytest

from builders import agree_scale, instrument
from diagnose.errors import DiagnoseError, InsufficientDataError
from diagnose.instrument.model import Instrument
from diagnose.simulation import Design, DesignError, Unit, simulate


def problems(**settings: object) -> list[tuple[str, str]]:
    """Return code and place of every problem of a design."""
    with pytest.raises(DesignError) as caught:
        simulate(instrument(), seed=1, **settings)
    return [(p.code, p.place.removeprefix("design: ")) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"hierarchy": ("team", "team"), "n_units": (1, 2)}, ("S001", "hierarchy")),
        ({"n_units": (3, 8)}, ("S001", "n_units")),
        ({"n_units": (8, 3, 30)}, ("S001", "n_units")),
        ({"labels": {"division": ("A", "A", "B")}}, ("S001", "labels['division']")),
        ({"team_size_range": (9, 4)}, ("S001", "team_size_range")),
        ({"team_sizes": (5, 5)}, ("S001", "team_sizes")),
        ({"response_rate": 1.5}, ("S002", "response_rate")),
        ({"dont_know_share": -0.1}, ("S002", "dont_know_share")),
        ({"stability": float("nan")}, ("S002", "stability")),
        ({"team_share": {"v": 1.2}}, ("S002", "team_share['v']")),
        ({"loadings": 1.0}, ("S002", "loadings")),
        (
            {"straight_share": 0.6, "random_share": 0.6},
            ("S002", "straight_share + random_share"),
        ),
        ({"languages": {"nl": 0.5, "en": 0.2}}, ("S002", "languages")),
        ({"means": {"v": 5.0}}, ("S002", "means['v']")),
        ({"means": {"x": 3.0}}, ("S003", "means")),
        ({"loadings": {"v9": 0.5}}, ("S003", "loadings")),
        ({"languages": {"de": 1.0}}, ("S003", "languages")),
        ({"change": {"2": 0.1}}, ("S003", "change")),
        ({"waves": ("1", "1")}, ("S003", "waves")),
        ({"units": {"Team 31": Unit()}}, ("S003", "units")),
        (
            {"units": {"Team 01": Unit(divided=-1)}},
            ("S002", "units['Team 01'].divided"),
        ),
        ({"correlation": ((1.0,),)}, ("S004", "correlation")),
        ({"correlation": ((1.0, 1.0), (1.0, 1.0))}, ("S004", "correlation")),
        ({"correlation": -1.0}, ("S004", "correlation")),
    ],
)
def test_an_impossible_design_is_refused(settings, expected):
    assert expected in problems(**settings)


def test_all_problems_are_told_at_once():
    found = problems(
        response_rate=2,
        means={"voice": 3},
        n_units=(1, 1, 2),
        team_sizes=(0, 5),
        unanswered_share=3,
    )

    assert found == [
        ("S001", "team_sizes[0]"),
        ("S002", "unanswered_share"),
        ("S002", "response_rate"),
        ("S003", "means"),
    ]


def test_the_message_says_what_would_be_right():
    with pytest.raises(
        DesignError, match=r"design: means: names 'voice'; allowed: 'v', 'c'"
    ):
        simulate(instrument(), seed=1, means={"voice": 3.0})


def test_a_misspelt_setting_is_refused():
    with pytest.raises(TypeError, match="respons_rate"):
        simulate(instrument(), seed=1, respons_rate=0.5)


def test_leaders_need_a_leader_form():
    content = instrument().model_dump()
    content["forms"].pop("leader")
    without = Instrument.model_validate(content)

    with pytest.raises(DesignError, match="small has no leader form"):
        simulate(without, seed=1, leaders_per_team=1)
    assert set(simulate(without, seed=1).people["role"]) == {"floor"}


def test_a_reverse_keyed_item_needs_a_symmetric_response_scale():
    crooked = {**agree_scale("crooked"), "lowest": 0.0}
    asked = instrument({"v": "v1 v2-"}, scales={"v": crooked})

    with pytest.raises(DesignError, match="item v2: is reverse-keyed"):
        simulate(asked, seed=1)


def test_a_wave_without_respondents_is_refused():
    with pytest.raises(InsufficientDataError, match="nobody took part in wave 1"):
        simulate(
            instrument(), seed=1, response_rate=1e-6, n_units=(1, 1, 1), team_sizes=(2,)
        )


def test_an_error_of_the_design_is_an_error_of_the_program():
    assert issubclass(DesignError, DiagnoseError)


def test_units_have_plain_names_unless_they_are_given():
    design = Design(n_units=(2, 2, 10), labels={"division": ("North", "South")})

    assert design.unit_labels("division") == ("North", "South")
    assert design.unit_labels("department") == ("Department 1", "Department 2")
    assert design.unit_labels("team")[-1] == "Team 10"
