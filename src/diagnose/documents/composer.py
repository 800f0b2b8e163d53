"""A YAML composer that stops as soon as a document becomes hostile."""

from __future__ import annotations

from typing import Any

from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.nodes import ScalarNode

from diagnose.documents.tree import Tally

_MERGE = "tag:yaml.org,2002:merge"


class BoundedComposer(Composer):
    """Counts what it composes, and takes nothing for a key but a scalar.

    Merge keys and lists as keys are refused because both are expanded while the
    values are built, aliases included: a short file could ask for any number of them.
    """

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader=loader)
        self.warn_double_anchors = False  # to define an anchor again is legal YAML
        self._tally = Tally()
        self._depth = -1

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose one key or value, unless it is one too many or lies too deep."""
        self._depth += 1
        self._tally.add(self._depth)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def compose_mapping_node(self, anchor: Any) -> Any:
        """Compose a mapping with plain keys."""
        node = super().compose_mapping_node(anchor)
        for key, _ in node.value:
            if not isinstance(key, ScalarNode):
                raise _refused("a mapping or list cannot be a key", key)
            if str(key.tag) == _MERGE:
                raise _refused("the merge key << is no part of YAML 1.2", key)
        return node


def _refused(reason: str, node: Any) -> ComposerError:
    return ComposerError(None, None, reason, node.start_mark)
