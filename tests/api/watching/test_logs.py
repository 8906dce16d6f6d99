"""The log: one form for all that is logged, and no secret in it."""

import logging
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import orjson
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from api.settings import LogFormat, Settings
from api.watching.logs import HIDDEN, configure, hidden
from graph.model.values import Json
from tests.api.running import headwater, running

TOKEN = "hw_1ea7bcfdb8_Timn_nGk9ESJsCNJVp3Fd5"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl-_"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    handlers, level = list(logging.getLogger().handlers), logging.getLogger().level
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)


def lines(out: StringIO) -> list[dict[str, Json]]:
    return [orjson.loads(line) for line in out.getvalue().splitlines()]


def test_where_nobody_reads_a_line_is_json_with_what_is_bound_to_the_request() -> None:
    out = StringIO()
    configure(Settings(), out)
    with structlog.contextvars.bound_contextvars(request_id="r1", principal="ann"):
        structlog.get_logger().warning("write_refused", command="create", reasons=2)
    (line,) = lines(out)
    assert {key: line[key] for key in line if key != "at"} == {
        "event": "write_refused",
        "level": "warning",
        "command": "create",
        "reasons": 2,
        "request_id": "r1",
        "principal": "ann",
    }


def test_for_people_a_line_is_words_without_colours_where_there_is_no_terminal() -> None:
    out = StringIO()
    configure(Settings(log_format=LogFormat.CONSOLE), out)
    structlog.get_logger().info("engine_back", after_s=1.5)
    assert "engine_back" in out.getvalue()
    assert "after_s=1.5" in out.getvalue()
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize("log_format", LogFormat)
def test_a_name_that_a_terminal_would_act_on_does_nothing_in_a_line(log_format: LogFormat) -> None:
    out = StringIO()
    configure(Settings(log_format=log_format), out)
    target = "Team/\x1b[2J\x1b]0;x\x07\r\n2026 [info] nothing happened\u202e"
    structlog.get_logger().warning("write_refused", target=target)
    (line,) = out.getvalue().splitlines()
    assert "nothing happened" in line
    assert not re.search("[\x00-\x1f\x7f-\x9f]", line)


def test_what_weighs_less_than_the_level_is_left_out() -> None:
    out = StringIO()
    configure(Settings(log_level="error"), out)
    structlog.get_logger().warning("less")
    structlog.get_logger().error("more")
    assert [line["event"] for line in lines(out)] == ["more"]


def test_what_libraries_log_comes_out_in_the_same_form() -> None:
    out = StringIO()
    configure(Settings(), out)
    logging.getLogger("uvicorn.error").error("it went wrong with %s", TOKEN)
    logging.getLogger("uvicorn.error").info("chatter")
    (line,) = lines(out)
    assert (line["event"], line["level"]) == (f"it went wrong with {HIDDEN}", "error")
    assert line["logger"] == "uvicorn.error"


def test_an_error_has_its_stack_trace_and_no_secret_in_it() -> None:
    out = StringIO()
    configure(Settings(), out)
    error = ValueError(f"bolt://neo4j:topsecret@db:7687 refused Bearer {JWT}")
    structlog.get_logger().error("internal_error", exc_info=error)
    (line,) = lines(out)
    assert "ValueError: bolt://[hidden]@db:7687 refused Bearer [hidden]" in str(line["exception"])


SECRETS = st.sampled_from([TOKEN, JWT, "Bearer abc.def-ghi", "bolt://u:p4ss@host"])


@given(
    secret=SECRETS,
    before=st.text(st.characters(codec="utf-8", exclude_categories=["L", "N"]), max_size=20),
    after=st.text(st.characters(codec="utf-8", exclude_categories=["L", "N"]), max_size=20),
    form=st.sampled_from(["text", "list", "map", "error", "key"]),
)
def test_whatever_stands_around_it_a_secret_is_cut_out(
    secret: str, before: str, after: str, form: str
) -> None:
    text = f"{before} {secret} {after}"
    value: object = {
        "text": text,
        "list": [text],
        "map": {"deep": {"deeper": [text]}},
        "error": RuntimeError(text),
        "key": text,
    }[form]
    told = hidden(None, "", {"password" if form == "key" else "value": value})
    bare = secret.removeprefix("Bearer ").removeprefix("bolt://").removesuffix("@host")
    assert bare not in repr(told)
    assert HIDDEN in repr(told)


def test_no_secret_is_in_what_a_service_logs_or_in_how_it_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    made = headwater("token", "create", "ann", "--role", "planner", "--data-dir", folder, "--json")
    secret = str(made.json()["secret"])
    password = ""
    words = ("serve", "--port", "0", "--data-dir", folder)
    with running(*words, folder=tmp_path / "said") as service:
        service.wait_for("Ready after")
        password = (folder / "password").read_text(encoding="ascii").strip()
        listed = b"".join(
            each.read_bytes()
            for each in Path("/proc").glob("[0-9]*/cmdline")
            if each.parent.exists()
        )
        assert password.encode() not in listed
        assert secret.encode() not in listed
    for said in (service.out, service.err, (folder / "engine.log").read_text(encoding="utf-8")):
        assert password not in said
        assert secret not in said
