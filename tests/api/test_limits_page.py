"""The page about limits: its table is what the settings say."""

from pathlib import Path

import pytest

from api.settings import Settings
from schema.cost import ASSUMED_ROWS
from schema.documents import MOST_COMPARISONS, MOST_DEFERRED, MOST_ERRORS
from schema.paging import PAGE_DEFAULT, PAGE_MOST
from schema.scan import MOST_DIGITS
from tests.schema.test_cost import priced

PAGE = (Path(__file__).parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
BEGIN, END = "<!-- settings -->\n", "<!-- end of settings -->"
OTHERS = (
    "rate_per_s",
    "rate_burst",
    "revision_wait_s",
    "socket_wait_s",
    "send_wait_s",
    "receive_wait_s",
)


def table() -> str:
    """Make the table of the page: the bounds among the settings."""
    rows = []
    for name, field in Settings.model_fields.items():
        if (name.startswith("max_") and name != "max_changes") or name in OTHERS:
            default = f"{field.default:,}".removesuffix(".0")
            rows.append(f"| `{name}` | {default} | {field.description} |\n")
    return "".join(rows)


def test_the_table_of_the_page_is_what_the_settings_say() -> None:
    assert PAGE.split(BEGIN)[1].split(END)[0] == table()


@pytest.mark.parametrize(
    "words",
    [
        f"a page of at most {PAGE_MOST} rows",
        f"numbers of {MOST_DIGITS} digits",
        f"{MOST_ERRORS} errors told",
        f"{MOST_COMPARISONS:,} comparisons",
        f"{PAGE_DEFAULT} where they are left out",
        f"and {ASSUMED_ROWS} where nothing says how many",
    ],
)
def test_what_is_fixed_is_as_the_page_says(words: str) -> None:
    assert words in PAGE.replace("\n", " ")


def test_the_example_costs_what_the_page_says() -> None:
    assert priced("{ teams(first: 10) { nodes { key name } } }") == 22
    assert MOST_DEFERRED == 10
