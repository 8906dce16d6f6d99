"""What fields mean that several areas have."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "key": "The key of the node.",
    "kind": "The kind of the node.",
    "name": "Its name; null where it has none.",
    "code": "Which of the known cases it is.",
    "message": "What is the matter, for people.",
    "root": "Where it begins, KIND/KEY.",
    "count": "How many there are.",
    "cycle": "The key of the cycle; null where there is none.",
    "progress": "Progress; null without data. Unit: ratio 0-1.",
    "coverage": "The share of the weights that had data. Unit: ratio 0-1.",
    "confidence": "The owners' judgement; null where nobody gave one. Unit: ratio 0-1.",
    "forecast": "Progress foreseen for the end of the cycle; null where it cannot be foreseen."
    " Unit: ratio 0-1.",
    "path": "The way, step by step.",
    "path_count": "How many paths there are, listed or not. Whole; may be beyond 32 bits.",
    "rank": "Its rank: 1 is the highest.",
    "violations": "What contradicts the rules or is missing, with what was made of it.",
}
