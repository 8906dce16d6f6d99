"""Plans answer as graphql-core's executor does: the same data, errors, places and cost.

`HEADWATER_TEST_OPERATIONS` says how many operations are tried; 20,000 take some ten minutes.
"""

import os
from random import Random
from typing import Final

import pytest

from tests.schema.plans.answering import ROLES, answered, operations, plain, planning

MOST: Final = int(os.environ.get("HEADWATER_TEST_OPERATIONS", "600"))
AT_ONCE: Final = 100


@pytest.mark.parametrize("begin", range(0, MOST, AT_ONCE))
def test_plans_answer_as_the_executor_does(begin: int) -> None:
    whole = 0
    for number in range(begin, min(begin + AT_ONCE, MOST)):
        operation, role = operations().query(number), Random(number).choice(ROLES)
        by_plan = answered(planning(), operation, role)
        assert by_plan == answered(plain(), operation, role), f"operation {number}"
        # Asked again, it may be kept.
        assert by_plan == answered(planning(), operation, role), f"operation {number}"
        assert "INTERNAL_ERROR" not in str(by_plan["errors"]), f"operation {number}"
        whole += not by_plan["errors"]
    # They are no mere refusals.
    assert whole > AT_ONCE / 5
