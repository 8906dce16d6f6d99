"""Calls of tools, as operations of the schema."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graphql import GraphQLSchema, print_type
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from api.mcp.answering import Answer, answered, failed, refused
from api.mcp.tools import SCHEMA, Tool, document_of_node, tools
from api.settings import DocumentsMode
from api.trusted import Trusted
from graph.errors import BadUsage
from graph.model.codec import near, shown
from schema.context import Context
from schema.execution import HeadwaterSchema
from schema.identity import given_ref, node_id


@dataclass(frozen=True, slots=True)
class Calls:
    """Answers calls on one schema.

    Where only trusted documents are run, no others are taken here either; the documents of the
    analyses' tools are the service's own.
    """

    schema: HeadwaterSchema
    trusted: Trusted
    introspection: bool

    @property
    def tools(self) -> Mapping[str, Tool]:
        """The tools that there are, by name."""
        free = self.trusted.mode is not DocumentsMode.ONLY
        return tools(self._core, free=free, introspection=self.introspection)

    @property
    def _core(self) -> GraphQLSchema:
        return self.schema._schema  # noqa: SLF001 - strawberry shows it in no other way

    async def answer(self, name: str, given: Mapping[str, object], context: Context) -> Answer:
        """Answer a call, in the name of whoever the context is of."""
        tool = self.tools.get(name)
        if tool is None:
            return refused(
                f"There is no tool {shown(name)}.", "UNKNOWN_TOOL", near(name, self.tools)
            )
        for argument in given:
            if argument not in tool.known:
                message = f"{name} takes no {shown(argument)}."
                return refused(message, "BAD_USER_INPUT", near(argument, tool.known))
        if name == SCHEMA:
            return self._shown(given.get("type") or "Query")
        missing = [word for word in tool.needed if given.get(word) is None]
        if missing:
            message = f"{name} needs {missing[0]}."
            return refused(message, "BAD_USER_INPUT", tool.about(missing[0]))
        if not tool.document:
            return await self._free(tool, given, context)
        if name == "node":
            return await self._node(tool, str(given["id"]), context)
        return await self._run(tool, tool.document, dict(given), None, context)

    async def _node(self, tool: Tool, text: str, context: Context) -> Answer:
        """Read a node with all that its kind says of it."""
        try:
            ref = given_ref(text)
        except BadUsage as error:
            return refused(error.message, error.code.name, error.hint)
        document = document_of_node(self._core, ref.kind)
        answer = await self._run(tool, document, {"id": node_id(ref)}, None, context)
        if answer.content.get("data", text) is None:
            return refused(f"There is no {ref}.", "NOT_FOUND", "find it with search")
        return answer

    async def _free(self, tool: Tool, given: Mapping[str, object], context: Context) -> Answer:
        document, variables = given.get("document"), given.get("variables") or {}
        operation = given.get("operationName")
        if not isinstance(document, str) or not document:
            return refused("document has to be a text.", "BAD_USER_INPUT")
        if not isinstance(variables, dict):
            return refused("variables have to be an object.", "BAD_USER_INPUT")
        if operation is not None and not isinstance(operation, str):
            return refused("operationName has to be a text.", "BAD_USER_INPUT")
        return await self._run(tool, document, variables, operation, context)

    async def _run(
        self,
        tool: Tool,
        document: str,
        variables: dict[str, object],
        operation: str | None,
        context: Context,
    ) -> Answer:
        allowed = OperationType.MUTATION if tool.writes else OperationType.QUERY
        try:
            result = await self.schema.execute(
                document, variables, context, None, operation, {allowed}
            )
        except CannotGetOperationTypeError:
            text = "The document has no operation of this operationName."
            return refused(text, "OPERATION_NOT_FOUND")
        except InvalidOperationTypeError as error:
            text = f"{tool.name} runs no {error.operation_type.value}."
            return refused(
                text,
                "METHOD_NOT_ALLOWED",
                "queries are run by graphql, mutations by graphql-mutation",
            )
        errors = [cast("Mapping[str, Any]", error.formatted) for error in result.errors or ()]
        if errors and not _holds(result.data):
            return failed(errors)
        data = result.data
        if tool.field and isinstance(data, dict):
            data = data[tool.field]
        told = answered(context.standing.revision, data)
        return told if not errors else _with(told, errors)

    def _shown(self, name: object) -> Answer:
        found = self._core.type_map.get(str(name))
        if found is None:
            text = f"The schema has no type {shown(str(name))}."
            return refused(text, "NOT_FOUND", near(str(name), self._core.type_map))
        text = print_type(found)
        return Answer({"sdl": text}, text)


def _holds(data: object) -> bool:
    """Say whether an answer with errors tells anything beside them."""
    return isinstance(data, dict) and any(value is not None for value in data.values())


def _with(told: Answer, errors: Sequence[Mapping[str, Any]]) -> Answer:
    """Tell what there is, and what is missing of it."""
    more = failed(errors)
    return Answer({**told.content, **more.content}, f"{told.text}\n{more.text}")
