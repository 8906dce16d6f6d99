from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from importlib.resources import files

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from graph import commands
from graph.analyses.goals.computed import computed_of
from graph.analyses.registry import ANALYSES
from graph.errors import ErrorCode
from graph.model.catalog import ENTITIES, RELATIONS, EntityKind, RelationKind
from graph.model.dependencylife import DependencyMove
from graph.model.entities import Entity
from graph.model.relations import Relation
from schema.build import sdl
from schema.naming import camel, plural, singular
from schema.queries.analyses import analysis_name
from schema.types.relationships import ends_of
from tests.schema.asking import schema

Kinds = Sequence[EntityKind[Entity] | RelationKind[Relation]]
IN_COMMANDS: Mapping[object, tuple[str, Kinds]] = {
    commands.CreateNode: ("create", ENTITIES),
    commands.UpdateNode: ("update", ENTITIES),
    commands.DeleteNode: ("delete", ENTITIES),
    commands.Link: ("link", RELATIONS),
    commands.UpdateRelation: ("update", RELATIONS),
    commands.Unlink: ("unlink", RELATIONS),
}
PLANNING: Mapping[object, str] = {
    commands.RecordCheckIns: "recordCheckIns",
    commands.CreateObjective: "createObjectiveWithKeyResults",
    commands.Reparent: "reparent",
    commands.Reweight: "reweight",
    commands.Split: "splitObjective",
    commands.CloseObjective: "closeObjective",
    commands.OpenCycle: "openCycle",
    commands.CloseCycle: "closeCycle",
    commands.CarryOver: "carryOver",
    commands.RequestDependency: "requestDependency",
    commands.MoveDependency: "agreeDependency",
    commands.Undo: "undo",
}


@pytest.fixture(scope="module")
def core() -> GraphQLSchema:
    """The schema as a client reads it, from its text."""
    return build_schema(sdl())


def _fields(core: GraphQLSchema, name: str) -> dict[str, GraphQLField]:
    found = core.type_map[name]
    assert isinstance(found, GraphQLObjectType | GraphQLInterfaceType)
    return dict(found.fields)


def _inputs(core: GraphQLSchema, name: str) -> dict[str, GraphQLInputField]:
    found = core.type_map[name]
    assert isinstance(found, GraphQLInputObjectType)
    return dict(found.fields)


def test_the_committed_schema_is_the_one_that_is_built() -> None:
    committed = (files("schema") / "schema.graphql").read_text(encoding="utf-8")
    assert committed == sdl(), "run `headwater schema > schema/schema.graphql`"


def _parts(core: GraphQLSchema) -> Iterator[tuple[str, object]]:
    for name, type_ in core.type_map.items():
        if is_introspection_type(type_) or is_specified_scalar_type(type_):
            continue
        yield name, type_
        yield from _parts_of(name, type_)


def _parts_of(name: str, type_: GraphQLNamedType) -> Iterator[tuple[str, object]]:
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for field, found in type_.fields.items():
            yield f"{name}.{field}", found
            yield from ((f"{name}.{field}({arg}:)", a) for arg, a in found.args.items())
    elif isinstance(type_, GraphQLInputObjectType):
        yield from ((f"{name}.{field}", found) for field, found in type_.fields.items())
    elif isinstance(type_, GraphQLEnumType):
        yield from ((f"{name}.{word}", found) for word, found in type_.values.items())


def test_everything_has_a_description(core: GraphQLSchema) -> None:
    bare = []
    for name, part in _parts(core):
        assert isinstance(
            part,
            GraphQLNamedType
            | GraphQLField
            | GraphQLArgument
            | GraphQLInputField
            | GraphQLEnumValue,
        )
        if not (part.description or "").strip():
            bare.append(name)
    assert bare == []


@pytest.mark.parametrize("kind", ENTITIES, ids=lambda kind: kind.label)
def test_a_kind_can_be_read_whole(core: GraphQLSchema, kind: EntityKind[Entity]) -> None:
    found = _fields(core, kind.label)
    assert {camel(p.name) for p in kind.properties} <= found.keys()
    assert {end.name for end in ends_of(kind.label)} <= found.keys()
    assert {singular(kind), plural(kind)} <= _fields(core, "Query").keys()


@pytest.mark.parametrize("kind", ENTITIES, ids=lambda kind: kind.label)
def test_a_kind_can_be_filtered_by_all_it_has(
    core: GraphQLSchema, kind: EntityKind[Entity]
) -> None:
    names = [camel(p.name) for p in kind.properties] + [end.name for end in ends_of(kind.label)]
    names += [camel(found.prop.name) for found in computed_of(kind.label)]
    assert len(names) == len(set(names)), "a property and a relationship go by the same name"
    assert {*names, "and", "or", "not"} == _inputs(core, f"{kind.label}Filter").keys()


@pytest.mark.parametrize("kind", ENTITIES, ids=lambda kind: kind.label)
def test_a_kind_can_be_written_whole(core: GraphQLSchema, kind: EntityKind[Entity]) -> None:
    settable = {camel(p.name) for p in kind.properties if p.settable}
    assert settable <= _inputs(core, f"Create{kind.label}Input").keys()
    assert settable <= _inputs(core, f"Update{kind.label}Input").keys()
    assert "node" in _fields(core, f"Create{kind.label}Payload")


@pytest.mark.parametrize("kind", RELATIONS, ids=lambda kind: kind.type)
def test_a_relationship_is_reached_from_both_of_its_ends(
    core: GraphQLSchema, kind: RelationKind[Relation]
) -> None:
    for source, target in kind.ends:
        for label, word in ((source, kind.outward), (target, kind.inward)):
            walked = _fields(core, label)[camel(word)]
            connection = _fields(core, str(walked.type).rstrip("!"))
            edge = str(connection["edges"].type).strip("[]!")
            assert {camel(p.name) for p in kind.properties} <= _fields(core, edge).keys()


@pytest.mark.parametrize("kind", RELATIONS, ids=lambda kind: kind.type)
def test_a_relationship_can_be_written_whole(
    core: GraphQLSchema, kind: RelationKind[Relation]
) -> None:
    name = kind.cls.__name__
    settable = {camel(p.name) for p in kind.properties if p.settable}
    assert {"source", "target"} | settable <= _inputs(core, f"Link{name}Input").keys()
    if settable - {"key"}:
        assert settable <= _inputs(core, f"Update{name}Input").keys()
    assert settable <= _fields(core, name).keys()


def test_every_command_has_its_mutations(core: GraphQLSchema) -> None:
    declared = {
        found
        for name in commands.__all__
        if hasattr(found := getattr(commands, name), "plan") and name != "Command"
    }
    # A document comes in by the command line; its parts are written one by one here.
    assert declared == {*IN_COMMANDS, *PLANNING, commands.Import}
    mutations = _fields(core, "Mutation").keys()
    assert set(PLANNING.values()) <= mutations
    for word, kinds in IN_COMMANDS.values():
        for kind in kinds:
            cls: type[Entity | Relation] = kind.cls
            alterable = [p for p in kind.properties if p.settable and not p.prop.immutable]
            assert f"{word}{cls.__name__}" in mutations or (word == "update" and not alterable)


def test_every_move_of_a_dependency_has_its_mutation(core: GraphQLSchema) -> None:
    assert {f"{move}Dependency" for move in DependencyMove} <= _fields(core, "Mutation").keys()


def test_every_analysis_is_a_field_with_all_its_parameters(core: GraphQLSchema) -> None:
    queries = _fields(core, "Query")
    for found in ANALYSES:
        field = queries[analysis_name(found)]
        assert {camel(p.name) for p in found.parameters} == field.args.keys()
        result = _fields(core, str(field.type))
        assert {camel(f.name) for f in fields(found.result)} <= result.keys()


def test_every_code_is_in_the_schema(core: GraphQLSchema) -> None:
    codes = core.type_map["ProblemCode"]
    assert isinstance(codes, GraphQLEnumType)
    assert codes.values.keys() == {code.name for code in ErrorCode}


def test_a_mutation_takes_one_input_and_gives_a_payload(core: GraphQLSchema) -> None:
    for name, field in _fields(core, "Mutation").items():
        title = name[0].upper() + name[1:]
        assert [(n, str(a.type)) for n, a in field.args.items()] == [("input", f"{title}Input!")]
        assert str(field.type) == f"{title}Payload!"
        assert {"revision", "problems"} <= _fields(core, f"{title}Payload").keys()


def test_building_the_schema_leaves_the_domain_as_it_is() -> None:
    schema()
    for kind in ENTITIES:
        for prop in kind.properties:
            assert prop.term is None or not hasattr(prop.term, "__strawberry_definition__")
