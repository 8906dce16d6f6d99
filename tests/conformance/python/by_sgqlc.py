"""sgqlc 18: classes made of the running service's introspection, and operations made of them."""

import sys
from pathlib import Path

from counting import URL, count, fresh
from sgqlc.endpoint.http import HTTPEndpoint
from sgqlc.operation import Operation

sys.path.insert(0, str(Path(__file__).parents[1] / ".venv-python"))

import sgqlc_schema as made

endpoint = HTTPEndpoint(URL)


async def a_query_with_arguments_and_a_nested_connection() -> None:
    operation = Operation(made.Query)
    items = operation.work_items(first=2)
    items.total_count()
    items.nodes.key()
    items.nodes.delivered_by().nodes.name()
    found = operation + endpoint(operation)
    assert found.work_items.total_count == 30
    assert found.work_items.nodes[0].delivered_by.nodes[0].name == "Core"


async def a_mutation_and_its_problems_as_data() -> None:
    key = fresh("sgqlc")
    codes = []
    for _ in range(2):
        operation = Operation(made.Mutation)
        payload = operation.create_team(input={"key": key})
        payload.problems.code()
        found = operation + endpoint(operation)
        codes.append([problem.code for problem in found.create_team.problems])
    assert codes == [[], ["ALREADY_EXISTS"]]


async def a_node_narrowed_by_its_type() -> None:
    operation = Operation(made.Query)
    operation.team(key="core").id()
    id_ = (operation + endpoint(operation)).team.id
    operation = Operation(made.Query)
    node = operation.node(id=id_)
    node.__typename__()
    node.__as__(made.Team).capacity()
    found = operation + endpoint(operation)
    assert isinstance(found.node, made.Team)
    assert found.node.capacity == 5


async def an_error_with_its_code() -> None:
    operation = Operation(made.Query)
    operation.work_items(first=501).total_count()
    (error,) = endpoint(operation)["errors"]
    assert error["extensions"]["code"] == "BAD_USAGE"


if __name__ == "__main__":
    count(
        [
            a_query_with_arguments_and_a_nested_connection,
            a_mutation_and_its_problems_as_data,
            a_node_narrowed_by_its_type,
            an_error_with_its_code,
        ]
    )
