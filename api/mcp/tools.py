"""The tools: every analysis, the ways to find and read things, and GraphQL itself.

All of them are operations of the GraphQL schema, so that the same roles, limits, time and masks hold
for them. The tool of an analysis follows from its field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, cast

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLSchema,
    Undefined,
    ast_from_value,
    get_named_type,
    print_ast,
)

from api.mcp.parameters import can_be_told, schema_of
from api.mcp.selection import NODE, selection, whole_node
from graph.analyses.registry import ANALYSES
from schema.queries.analyses import analysis_name

READS: Final = ("search", "node", "neighbors", "path", "changes")
"""Fields of the query root, beside the analyses, that are tools of their own."""
FREE: Final = ("graphql", "graphql-mutation")
"""Tools that run whatever operation they are given."""
SCHEMA: Final = "schema"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: what it is for, and the operation that answers it.

    `document` is "" where the operation comes with the call. `writes` says that it may change the
    graph.
    """

    name: str
    description: str
    parameters: Mapping[str, object]
    document: str = ""
    field: str = ""
    writes: bool = False

    @property
    def known(self) -> Mapping[str, Mapping[str, str]]:
        """Its parameters, each with its description."""
        return cast("Mapping[str, Mapping[str, str]]", self.parameters["properties"])

    @property
    def needed(self) -> Sequence[str]:
        """Which of them have to be given."""
        return cast("Sequence[str]", self.parameters.get("required", ()))

    def about(self, parameter: str) -> str:
        """Tell what a parameter is."""
        return self.known[parameter].get("description", "")


@cache
def tools(schema: GraphQLSchema, *, free: bool, introspection: bool) -> Mapping[str, Tool]:
    """Give the tools by name.

    `free`: with those that run any operation; `introspection`: with the one that shows the schema.
    """
    made = [_of_field(schema, each.name, analysis_name(each)) for each in ANALYSES]
    made += [_readable(_of_field(schema, name, name)) for name in READS]
    made += _free() if free else []
    made += [_SHOWS] if introspection else []
    return {tool.name: tool for tool in made}


def _of_field(schema: GraphQLSchema, name: str, field_name: str) -> Tool:
    assert schema.query_type is not None
    field = schema.query_type.fields[field_name]
    given = {each: found for each, found in field.args.items() if can_be_told(found)}
    heads = ", ".join(_variable(each, found) for each, found in given.items())
    passed = ", ".join(f"{each}: ${each}" for each in given)
    document = (
        f"query Tool{f'({heads})' if heads else ''}"
        f" {{ {field_name}{f'({passed})' if passed else ''} {_selected(schema, field)} }}"
    )
    return Tool(name, field.description or "", schema_of(given), document, field_name)


def _readable(tool: Tool) -> Tool:
    """Let a node be named as people and agents do, too."""
    if tool.name != "node":
        return tool
    id_ = {"type": "string", "description": "The node: its id, or KIND/KEY such as Team/payments."}
    return replace(tool, parameters={**tool.parameters, "properties": {"id": id_}})


def _variable(name: str, argument: GraphQLArgument) -> str:
    default = None
    if argument.default_value is not Undefined:
        default = ast_from_value(argument.default_value, argument.type)
    return f"${name}: {argument.type}" + (f" = {print_ast(default)}" if default else "")


def document_of_node(schema: GraphQLSchema, kind: str) -> str:
    """Give the operation that reads a node of a kind."""
    return f"query Tool($id: ID!) {{ node(id: $id) {whole_node(schema, kind)} }}"


def _selected(schema: GraphQLSchema, field: GraphQLField) -> str:
    type_ = get_named_type(field.type)
    return whole_node(schema) if type_.name == NODE else selection(schema, type_)


def _free() -> list[Tool]:
    operation = {
        "type": "object",
        "properties": {
            "document": {"type": "string", "description": "The GraphQL document."},
            "variables": {"type": "object", "description": "Its variables, by name."},
            "operationName": {
                "type": "string",
                "description": "Which operation to run, where the document has several.",
            },
        },
        "required": ["document"],
        "additionalProperties": False,
    }
    read, write = FREE
    return [
        Tool(
            read,
            "Run a GraphQL query: any list with filters and orders, the past (asOf), and answers"
            " with just the fields that are wanted. It changes nothing.",
            operation,
        ),
        Tool(
            write,
            "Run a GraphQL mutation: create, update, link and delete things, check in, plan, undo."
            " Each field is one write; what speaks against it comes back as problems.",
            operation,
            writes=True,
        ),
    ]


_SHOWS: Final = Tool(
    SCHEMA,
    "Show the GraphQL schema: the query root, or the type that is named, in GraphQL's own language.",
    {
        "type": "object",
        "properties": {
            "type": {"type": "string", "description": "Name of a type; Query where it is left out."}
        },
        "additionalProperties": False,
    },
)
