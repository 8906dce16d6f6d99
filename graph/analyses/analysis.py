"""What an analysis of the registry is: its name, its parameters, and what it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.analyses.keptresults import KeptResults
from graph.analyses.parameters import Parameter, ParameterValue
from graph.errors import BadUsage
from graph.model.codec import near
from graph.model.snapshot import Snapshot

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analysis: its name on the command line, what it computes, and what it gives.

    `run` takes the snapshot and the parameters as keywords; `result` is the class it gives, whose
    field names are the JSON.
    """

    name: str
    run: "Callable[..., DataclassInstance]"
    parameters: tuple[Parameter, ...]
    result: "type[DataclassInstance]"
    summary: str

    def call(self, snapshot: Snapshot, values: Mapping[str, ParameterValue]) -> "DataclassInstance":
        """Run it on values by parameter name, or give what it gave when it was asked the same.

        BadUsage when a value is unknown, missing or no choice.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                msg = f"{self.name} has no parameter {name!r}"
                raise BadUsage(msg, near(name, known))
        given = {name: known[name].checked(values.get(name)) for name in known}
        kept = snapshot.derived(KeptResults)
        return kept.give(self.name, snapshot.seen_at, given, lambda: self.run(snapshot, **given))
