"""Things to move: sliders whose every state was drawn beforehand."""

from diagnose.widgets.explorer import Explorer, explore
from diagnose.widgets.movement import explore_movement
from diagnose.widgets.planner import explore_plan
from diagnose.widgets.team_size import explore_team_size

__all__ = [
    "Explorer",
    "explore",
    "explore_movement",
    "explore_plan",
    "explore_team_size",
]
