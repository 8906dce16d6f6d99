"""What a painter is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from graph.analyses.parameters import ParameterValue
from graph.model.snapshot import Snapshot

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Subject(Generic[T_co]):
    """A result, with the graph and the parameters by which it was computed."""

    snapshot: Snapshot
    result: T_co
    values: Mapping[str, ParameterValue] = field(default_factory=dict)
