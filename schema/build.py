"""Puts the schema together, from the catalogue and the registry of analyses."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from strawberry.schema.config import StrawberryConfig
from strawberry.types.field import StrawberryField

from graph.model.catalog import ENTITIES, RELATIONS
from graph.model.relations import DependsOn
from schema.admission import Bounds
from schema.bounds import DEFAULTS, Limits
from schema.building import TypeRef, definition_of, extend, object_type
from schema.documents import Documents
from schema.execution import HeadwaterSchema
from schema.executor import TimedExecutor
from schema.limits import extensions
from schema.mutations.cycles import CycleMutations
from schema.mutations.dependencies import DependencyMutations
from schema.mutations.goals import GoalMutations
from schema.mutations.nodes import node_mutations
from schema.mutations.problems import Problems
from schema.mutations.relationships import relationship_mutations
from schema.permissions import ruled
from schema.queries.analyses import Analyses
from schema.queries.ends import end_field
from schema.queries.filters import Filters
from schema.queries.goals import GOALS, goal_fields
from schema.queries.kinds import connection_field, node_field
from schema.queries.log import log_field
from schema.queries.nodes import node_fields
from schema.queries.pin import as_of_field, graph_field
from schema.queries.refusals import refused_field
from schema.queries.search import search_field
from schema.queries.topology import topology_fields
from schema.queries.viewer import viewer_field
from schema.scalars import scalars
from schema.subscriptions import subscription_type
from schema.types import dependency
from schema.types.computed import computed_fields
from schema.types.connections import Connections
from schema.types.log import commit_type
from schema.types.nodes import kind_type, node_interface
from schema.types.relationships import (
    ends_of,
    relationship_interface,
    relationship_type,
)
from schema.types.results import Results
from schema.types.values import Values


@dataclass(frozen=True, slots=True)
class _Types:
    """What the catalogue gives, and what the fields of the roots are built on."""

    values: Values
    connections: Connections
    filters: Filters
    node: type
    nodes: Mapping[str, type]
    relationship: type
    relationships: Mapping[str, type]
    commit: type


def build_schema(
    limits: Limits = DEFAULTS,
    *,
    introspection: bool = True,
    seconds: float = 0,
    compiles: bool = True,
) -> HeadwaterSchema:
    """Build the schema: once for the same limits. Cost: some tenths of a second.

    `seconds` is how long an operation may take; 0 is no limit. `compiles`: queries run by plans.
    """
    return _built(limits, introspection, seconds, compiles)


@cache
def _built(limits: Limits, introspection: bool, seconds: float, compiles: bool) -> HeadwaterSchema:
    documents = Documents(limits, introspection=introspection)
    types = _types()
    results = Results(types.node, types.nodes)
    query = _query(types, results)
    depends_on = types.relationships[DependsOn.TYPE]
    subscription = subscription_type(types.commit, depends_on, types.values, results)
    ruled("Subscription", definition_of(subscription).fields)
    problems = Problems(types.values)
    return HeadwaterSchema(
        query=query,
        mutation=_mutation(types, results, problems),
        subscription=subscription,
        types=[*types.nodes.values(), *types.relationships.values(), *problems.members],
        extensions=extensions(documents),
        execution_context_class=TimedExecutor,
        bounds=Bounds(limits, documents, seconds),
        compiles=compiles,
        config=StrawberryConfig(
            scalar_map=scalars(), enable_experimental_incremental_execution=True
        ),
    )


def sdl() -> str:
    """Give the schema as its language has it, as it is committed."""
    return build_schema().as_str() + "\n"


def _types() -> _Types:
    values, connections = Values(), Connections()
    filters = Filters(values)
    node = node_interface(values)
    nodes = {
        kind.label: kind_type(kind, values, node, computed_fields(kind.label, values))
        for kind in ENTITIES
    }
    for label, type_ in nodes.items():
        extend(
            type_,
            [
                end_field(
                    end,
                    values,
                    connections,
                    filters,
                    node,
                    nodes[end.kinds[0]] if len(end.kinds) == 1 else None,
                )
                for end in ends_of(label)
            ],
        )
    relationship = relationship_interface(values, node)
    relationships = {
        kind.type: relationship_type(kind, values, node, relationship) for kind in RELATIONS
    }
    extend(relationships[DependsOn.TYPE], dependency.fields(values))
    commit = commit_type(values, connections, node, relationship)
    return _Types(values, connections, filters, node, nodes, relationship, relationships, commit)


def _query(types: _Types, results: Results) -> type:
    values, connections, node = types.values, types.connections, types.node
    filters, analyses = types.filters, Analyses(values, results)
    for label in GOALS:
        extend(types.nodes[label], goal_fields(label, connections, analyses))
    fields: list[StrawberryField] = [
        graph_field(),
        *node_fields(node, types.relationship),
        search_field(values, node),
    ]
    for kind in ENTITIES:
        type_ = types.nodes[kind.label]
        fields += [node_field(kind, type_), connection_field(kind, type_, connections, filters)]
    fields += topology_fields(values, connections, filters, node, types.relationship, analyses)
    fields += analyses.fields()
    fields.append(log_field(types.commit, values, connections, types.filters))
    fields += [refused_field(values, connections), viewer_field(values)]
    query = object_type("Query", "What can be asked. Everything stands on one revision.", fields)
    extend(query, [as_of_field(query)])
    ruled("Query", definition_of(query).fields)
    return query


def _mutation(types: _Types, results: Results, problems: Problems) -> type:
    fields: list[StrawberryField] = []
    for kind in ENTITIES:
        fields += node_mutations(kind, types.nodes[kind.label], types.values, problems)
    for relation in RELATIONS:
        type_ = types.relationships[relation.type]
        fields += relationship_mutations(relation, type_, types.values, problems)
    nodes: Mapping[str, TypeRef] = {**types.nodes, "": types.node}
    fields += GoalMutations(nodes, types.values, problems).fields()
    fields += CycleMutations(nodes, problems).fields()
    depends_on = types.relationships[DependsOn.TYPE]
    fields += DependencyMutations(depends_on, types.values, results, problems).fields()
    ruled("Mutation", fields)
    text = (
        "What can be written. Each is one command: all of it is done, or nothing is and the payload"
        " says why."
    )
    return object_type("Mutation", text, fields)
