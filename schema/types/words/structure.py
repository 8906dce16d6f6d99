"""What the results about structure say."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "NetworkStream": "ValueStream",
}

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
    # dsm
    "Dsm.kind": "The kind of node that makes rows and columns.",
    "Dsm.order": "The order of rows and columns: partitioned or alphabetical.",
    "Dsm.elements": "The rows, from the top; the columns are the same, from the left.",
    "Dsm.marks": "What needs what, by row and column.",
    "Dsm.blocks": "Elements that all need each other, in the order of the rows; none when alphabetical.",
    "Dsm.feedback_marks": "How many marks of the matrix lie on or above the diagonal.",
    "Dsm.exact": "Whether no order of the rows has fewer of them.",
    "Dsm.exact_to": "Up to how many elements of a block that is sure.",
    "Dsm.element_count": "How many elements there are, in the matrix or not.",
    "Dsm.truncated": "Whether there are more elements than the matrix holds.",
    "Dsm.mark_count": "How many marks there are between all elements.",
    "Dsm.marks_left_out": "How many of them are not in the matrix.",
    "Dsm.density": "The share of the places off the diagonal that have a mark, over all elements; null"
    " where there are no such places. Unit: ratio 0-1.",
    "Dsm.propagation_cost": "The share of pairs of elements, each with itself included, of which one reaches"
    " the other by one or more steps or none; null without elements or with too many. Unit: ratio 0-1.",
    "DsmElement.position": "The place of the row and of the column, from 0.",
    "DsmElement.block": "The index of its block; null where it is in none.",
    "DsmElement.group": "The key of its value stream, the first of several; null where it is in none.",
    "DsmElement.inputs": "How many others in the matrix it needs.",
    "DsmElement.outputs": "How many others in the matrix need it.",
    "DsmMark.row": "The position of what needs the other.",
    "DsmMark.column": "The position of what is needed.",
    "DsmMark.weight": "How many dependencies are behind it.",
    "DsmMark.feedback": "Whether what is needed does not come before what needs it.",
    "DsmMark.dependencies": "Keys of the dependencies behind it, at most 20.",
    "DsmBlock.first": "The position of the first element.",
    "DsmBlock.size": "How many elements there are in it.",
    "DsmBlock.keys": "Keys of the elements, in the order of the rows.",
    # network
    "Network.level": "Whether nested streams stand for themselves: own or outermost.",
    "Network.since": "The first day of the period; null without one.",
    "Network.until": "The day before which the period ends; null without one.",
    "Network.streams": "The value streams, by key.",
    "Network.edges": "Which stream needs which, the most open dependencies first.",
    "Network.edge_count": "How many edges there are, listed or not.",
    "Network.truncated": "Whether there are more edges than are listed.",
    "Network.unplaced": "How many live dependencies have an end in no value stream.",
    "NetworkStream.type": "What the stream is for: customer or supporting; null where nobody says.",
    "NetworkStream.parent": "The key of the stream that it is part of; null where there is none.",
    "NetworkStream.teams": "How many teams that last are in it.",
    "NetworkStream.products": "How many products are in it.",
    "NetworkStream.capacity": "What its teams can put to work; null where none is known. Unit: full-time"
    " equivalents.",
    "NetworkStream.open_items": "How many work items without parts have not ended.",
    "NetworkStream.load": "How many work items without parts are waiting or active.",
    "NetworkStream.velocity": "How many of them were done in the period; null without one.",
    "NetworkStream.time_days": "The median flow time of those; null without data. Unit: days.",
    "NetworkStream.needs": "How many open dependencies it has on other streams.",
    "NetworkStream.needed": "How many open dependencies other streams have on it.",
    "NetworkStream.internal": "How many open dependencies there are within it.",
    "NetworkEdge.source": "The key of the stream that needs the other.",
    "NetworkEdge.target": "The key of the stream that is needed.",
    "NetworkEdge.count": "How many live dependencies are behind it.",
    "NetworkEdge.open": "How many of them are not resolved.",
    "NetworkEdge.declared": "How many of them join the two streams themselves.",
    "NetworkEdge.derived": "How many of them join what is in the streams.",
    "NetworkEdge.criticality": "How many of the open ones there are of each criticality.",
    "NetworkEdge.promised_late": "How many of the open ones are promised for later than needed.",
    "NetworkEdge.overdue": "How many of the open ones were needed before today.",
    "NetworkEdge.source_load": "How many items the needing stream has under way.",
    "NetworkEdge.source_velocity": "How many items it finished in the period; null without one.",
    "NetworkEdge.target_load": "How many items the needed stream has under way.",
    "NetworkEdge.target_velocity": "How many items it finished in the period; null without one.",
    "NetworkEdge.reason": "What hangs on it, in words.",
    "NetworkEdge.dependencies": "Keys of the dependencies behind it, open ones first, at most 20.",
}

CHOICES: Mapping[str, str] = {
    "partitioned": "What is needed before what needs it, loops together as blocks.",
    "alphabetical": "By key.",
    "own": "Each stream by itself.",
    "outermost": "Each outermost stream with all that are nested in it.",
}
