"""From pioneers to movement: how far a start by a few spreads through a network.

Threshold models: people join when they see enough others take part. The numbers that
come out are consequences of assumptions, to be compared with one another; they are no
forecast.
"""

from diagnose.statistics.movement.analytic import (
    CascadeCondition,
    Equilibrium,
    WattsWindow,
    cascade_condition,
    threshold_equilibrium,
    watts_window,
)
from diagnose.statistics.movement.chance import (
    MovementChances,
    compare_settings,
    movement_chance,
)
from diagnose.statistics.movement.conditions import Conditions
from diagnose.statistics.movement.distributions import Thresholds
from diagnose.statistics.movement.measures import NetworkMeasures, measure_network
from diagnose.statistics.movement.naming_game import NamingGame, naming_game_tipping
from diagnose.statistics.movement.networks import (
    Network,
    network_from_graph,
    network_from_ties,
)
from diagnose.statistics.movement.organisation import organisation_network
from diagnose.statistics.movement.random_networks import random_network_equilibrium
from diagnose.statistics.movement.spread import Spread, spread
from diagnose.statistics.movement.thresholds import (
    count_threshold,
    fixed_threshold,
    given_thresholds,
    normal_thresholds,
    option_thresholds,
    thresholds_from_intentions,
    uniform_thresholds,
)
from diagnose.statistics.movement.tipping import TippingShare, tipping_share

__all__ = [
    "CascadeCondition",
    "Conditions",
    "Equilibrium",
    "MovementChances",
    "NamingGame",
    "Network",
    "NetworkMeasures",
    "Spread",
    "Thresholds",
    "TippingShare",
    "WattsWindow",
    "cascade_condition",
    "compare_settings",
    "count_threshold",
    "fixed_threshold",
    "given_thresholds",
    "measure_network",
    "movement_chance",
    "naming_game_tipping",
    "network_from_graph",
    "network_from_ties",
    "normal_thresholds",
    "option_thresholds",
    "organisation_network",
    "random_network_equilibrium",
    "spread",
    "threshold_equilibrium",
    "thresholds_from_intentions",
    "tipping_share",
    "uniform_thresholds",
    "watts_window",
]
