"""Item response models: what each item tells, and where a respondent stands."""

from diagnose.statistics.irt.graded_response import graded_response
from diagnose.statistics.irt.item_fit import ItemFit, item_fit
from diagnose.statistics.irt.local_dependence import LocalDependence, local_dependence
from diagnose.statistics.irt.person_fit import PersonFit, person_fit
from diagnose.statistics.irt.result import GradedResponse
from diagnose.statistics.irt.scores import eap_scores

__all__ = [
    "GradedResponse",
    "ItemFit",
    "LocalDependence",
    "PersonFit",
    "eap_scores",
    "graded_response",
    "item_fit",
    "local_dependence",
    "person_fit",
]
