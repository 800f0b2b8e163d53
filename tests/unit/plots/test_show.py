"""A notebook of an organisation without units or leaders still runs to its end."""

from __future__ import annotations

import pytest

import diagnose as dg


@pytest.fixture(scope="module")
def bare():
    """Return a publication without units, leaders and earlier waves."""
    instrument = dg.load_instrument("oric")
    design = {"hierarchy": ("team",), "n_units": (1,), "team_sizes": (60,)}
    responses = dg.simulate(instrument, seed=2, leaders_per_team=0, **design)
    return dg.publish(dg.diagnose(responses))


@pytest.mark.parametrize("plot", ["plot_gap", "plot_trend"])
@pytest.mark.parametrize(
    ("language", "part"), [("en", "nothing to draw"), ("nl", "niets te tekenen")]
)
def test_what_cannot_be_drawn_is_said(bare, monkeypatch, plot, language, part):
    monkeypatch.setenv("DIAGNOSE_LANG", language)

    shown = dg.show_plot(getattr(dg, plot), bare)

    assert part in shown._repr_html_()
    assert part in repr(shown)


@pytest.mark.parametrize("name", ["gap", "trend", "divided"])
def test_a_table_that_is_not_there_says_so(bare, name):
    table = dg.report_table(bare, name, language="en")

    assert name in dg.list_report_tables(bare) or "nothing" in table.iloc[0, 0]


def test_a_table_that_does_not_exist_is_refused(bare):
    with pytest.raises(ValueError, match="must be one of"):
        dg.report_table(bare, "gossip")


def test_a_figure_is_shown_with_its_text(bare):
    shown = dg.show_plot(dg.plot_profile, bare)

    assert "<svg" in shown._repr_html_()
    assert repr(shown) in shown._repr_html_().replace("&#x27;", "'")
