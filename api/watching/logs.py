"""The log: one line for each thing that happened, for people on a terminal, else as JSON.

No secret gets into it: what has the form of one is cut out of every text, wherever it comes from.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

import orjson
import structlog
from structlog.typing import Processor, WrappedLogger

from api.plain import plain
from api.settings import LogFormat, Settings

HIDDEN: Final = "[hidden]"
_SECRET_NAMES: Final = re.compile(
    r"pass(word|phrase)?$|secret|token$|authorization|cookie", re.IGNORECASE
)
_SECRETS: Final = re.compile(
    r"\bhw_[0-9a-z]+_[\w-]{8,}"  # our own tokens
    r"|\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*"  # JSON Web Tokens
    r"|(?<=[Bb]earer )[^\s\"',;]+"
    r"|(?<=://)[^\s/@:]+:[^\s/@]+(?=@)"  # user and password in an address
)


_SHARED: Final[tuple[Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
)


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Have everything that is logged come out in one form, on standard error."""
    configure_ours(settings, stream)
    out = stream or sys.stderr
    last = _last(settings, out)
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, hidden, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def configure_ours(settings: Settings, stream: TextIO | None = None) -> None:
    """Have what the service itself logs come out in its form; other libraries' logs are left alone."""
    level = getattr(logging, settings.log_level.upper())
    structlog.configure(
        processors=[*_SHARED, hidden, *_last(settings, stream or sys.stderr)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Standard error may be another stream by the time something is logged.
        logger_factory=lambda *_: structlog.PrintLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def _last(settings: Settings, out: TextIO) -> list[Processor]:
    return _for_people(out) if _reads(settings, out) else _for_programs()


def _reads(settings: Settings, out: TextIO) -> bool:
    """Say whether a person reads it."""
    if settings.log_format is LogFormat.AUTO:
        return out.isatty()
    return settings.log_format is LogFormat.CONSOLE


def _for_people(out: TextIO) -> list[Processor]:
    return [_shown, structlog.dev.ConsoleRenderer(colors=out.isatty())]


def _shown(logger: WrappedLogger, name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Leave nothing in an event that a terminal would act on: what users named comes into it."""
    del logger, name
    return {key: _harmless(key, value) for key, value in event.items()}


def _harmless(key: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    lines = value.split("\n") if key == "exception" else [value]
    return "\n".join(map(plain, lines))


def _for_programs() -> list[Processor]:
    return [structlog.processors.JSONRenderer(serializer=_json)]


def _json(value: object, **more: object) -> str:
    del more
    return orjson.dumps(value, default=str).decode()


def hidden(logger: WrappedLogger, name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Write out an event's error, and cut secrets out of all of it."""
    del logger, name
    error = event.pop("exc_info", None)
    if error:
        event["exception"] = structlog.processors.format_exc_info(
            None, "", {"exc_info": error}
        ).get("exception", "")
    return {key: _without_secrets(key, value) for key, value in event.items()}


def _without_secrets(key: str, value: object) -> object:
    if isinstance(value, Mapping):
        return {str(k): _without_secrets(str(k), v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(key, each) for each in value]
    if _SECRET_NAMES.search(key):
        return HIDDEN
    if isinstance(value, bool | int | float) or value is None:
        return value
    return _SECRETS.sub(HIDDEN, value if isinstance(value, str) else str(value))
