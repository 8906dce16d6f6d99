"""What the results about structure say."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # cycles
    "Cycles.kind": "The kind of node that was looked at.",
    "Cycles.components": "Sets of keys of nodes that all need each other, largest first.",
    "feedback_arcs": "What to break so that no loop is left.",
    "exact": "Whether no smaller set of arcs to break does it.",
    "exact_to": "Up to how many nodes of a component that is sure.",
    "source": "The key of the node that needs the other.",
    "target": "The key of the node that is needed.",
    "declared": "Whether a dependency joins the two themselves; else all are derived.",
    "dependencies": "How many dependencies are behind it.",
}
