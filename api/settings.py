"""The settings of the process, read once from the environment: HEADWATER_PORT and so on."""

import re
from dataclasses import fields
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, cast

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from graph.store.protocol import MAX_CHANGES
from schema.bounds import Limits

_HOST = re.compile(r"(\*\.)?[A-Za-z0-9.-]+|[0-9A-Fa-f:]+")
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?")


class LogFormat(StrEnum):
    """For whom the log is written: for people, for programs, or as it is read on a terminal or not."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


class DocumentsMode(StrEnum):
    """Whose documents are run."""

    OFF = "off"
    ALLOW = "allow"
    ONLY = "only"


_BOUND = {each.name: each for each in fields(Limits)}


def _most(limit: str, least: int = 0) -> int:
    """Make the setting of a limit of an operation."""
    bound = _BOUND[limit]
    text = f"Most {bound.metadata['what']}."
    return cast("int", Field(default=bound.default, ge=least, description=text))


class Settings(BaseSettings):
    """What an operator can set. Names in the environment begin with HEADWATER_."""

    model_config = SettingsConfigDict(env_prefix="HEADWATER_", frozen=True, extra="ignore")

    neo4j_uri: str | None = Field(
        default=None, description="Address of a Neo4j; without it the built-in engine is used."
    )
    neo4j_user: str = Field(default="neo4j", description="User of that database.")
    neo4j_password: SecretStr = Field(default=SecretStr(""), description="Password of that user.")
    neo4j_database: str = Field(default="neo4j", description="Name of the database.")
    data_dir: Path = Field(
        default=Path(".headwater"), description="Folder of the built-in engine's data."
    )
    engine_heap: str = Field(
        default="1g", description="Most memory of the built-in engine's heap, such as 768m or 4g."
    )
    max_changes: int = Field(
        default=MAX_CHANGES, ge=1_000, description="Most changes of one write, such as an import."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8484, ge=0, le=65_535, description="Port to listen on; 0: any.")
    dev: bool = Field(default=False, description="Introspection and GraphiQL on; loopback only.")
    mcp: bool = Field(default=True, description="Tools for agents, at /mcp.")
    metrics: bool = Field(default=True, description="Metrics for Prometheus, at /metrics.")
    plans: bool = Field(
        default=True, description="Queries run by compiled plans; off: by graphql-core alone."
    )
    traces: bool = Field(
        default=False, description="Traces by OpenTelemetry, sent as its OTEL_… variables say."
    )
    log_format: LogFormat = Field(
        default=LogFormat.AUTO,
        description="console: for people; json: for programs; auto: by whether it is a terminal.",
    )
    log_level: str = Field(
        default="info",
        pattern="^(debug|info|warning|error)$",
        description="Least weight of what is logged; debug: every request.",
    )
    max_body_bytes: int = Field(
        default=1_000_000, ge=1_000, description="Largest body of a request, and WebSocket message."
    )
    max_characters: int = _most("characters")
    max_tokens: int = _most("tokens", least=10)
    max_nesting: int = _most("nesting", least=1)
    max_depth: int = _most("depth", least=1)
    max_aliases: int = _most("aliases")
    max_fields: int = _most("fields", least=1)
    max_directives: int = _most("directives")
    max_fragments: int = _most("fragments")
    max_variables: int = _most("variables")
    max_values: int = _most("values")
    max_value_depth: int = _most("value_depth")
    max_cost: int = _most("cost", least=1)
    max_seconds: float = Field(
        default=30.0, ge=0, description="Most seconds of an operation, then it is stopped; 0: any."
    )
    max_analyses: int = Field(
        default=2, ge=1, le=64, description="Most heavy analyses that compute at once."
    )
    max_analyses_each: int = Field(
        default=2, ge=1, le=64, description="Most of them that one caller has."
    )
    max_analyses_waiting: int = Field(
        default=500, ge=0, description="Most operations that wait for an analysis to begin."
    )
    max_analyses_waiting_each: int = Field(
        default=250, ge=0, description="Most of them that one caller has."
    )
    max_operations: int = Field(
        default=100, ge=1, description="Most operations, subscriptions too, of one WebSocket."
    )
    max_subscriptions_each: int = Field(
        default=2_000, ge=1, description="Most open subscriptions of one caller."
    )
    rate_per_s: float = Field(
        default=100.0,
        ge=0,
        description="Operations a second of one caller, in the long run; 0: any. Who asks from"
        " this machine without a login is not counted.",
    )
    rate_burst: int = Field(
        default=500, ge=1, description="Operations that one caller may ask for at once."
    )
    documents: Path | None = Field(
        default=None, description="Manifest of trusted documents, as a front end's build wrote it."
    )
    documents_mode: DocumentsMode = Field(
        default=DocumentsMode.OFF,
        description="off: documents come with the request; allow: or by the manifest's ids; only:"
        " by these alone.",
    )
    revision_wait_s: float = Field(
        default=5.0, ge=0, le=60, description="How long a read waits for the revision it asks for."
    )
    socket_wait_s: float = Field(
        default=10.0, gt=0, le=600, description="How long a WebSocket may stay without its start."
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Names under which the service may be reached, beside loopback's where it"
        " listens there: example.org,*.example.org. None elsewhere: any.",
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Origins whose pages may use the service from a browser, beside its own:"
        " https://app.example.org,http://localhost:5173.",
    )
    send_wait_s: float = Field(
        default=20.0, gt=0, le=600, description="How long a client may leave what it asked unread."
    )

    receive_wait_s: float = Field(
        default=20.0,
        gt=0,
        le=600,
        description="How long the head of a request may take to come in, and then its body.",
    )

    @field_validator("allowed_hosts", "allowed_origins", mode="before")
    @classmethod
    def _apart(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        return tuple(part for word in given.split(",") if (part := word.strip()))

    @field_validator("allowed_hosts")
    @classmethod
    def _names(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not _HOST.fullmatch(host):
                msg = f"{host!r} is no name of a host: give it without scheme, port and path"
                raise ValueError(msg)
        return hosts

    @field_validator("allowed_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                msg = f"{origin!r} is no origin: give scheme, host and port, such as https://a.org"
                raise ValueError(msg)
        return origins

    auth: str = Field(
        default="none",
        pattern=r"^(none|(tokens|oidc)(,(tokens|oidc))?)$",
        description="Who is let in: none (loopback only), tokens, oidc, or tokens,oidc.",
    )
    oidc_issuer: str = Field(default="", description="The issuer of logins, as its tokens have it.")
    oidc_audience: str = Field(default="", description="The audience that a login has to be for.")
    oidc_jwks_url: str = Field(
        default="", description="Address of the issuer's keys; found by discovery if left out."
    )
    oidc_algorithms: str = Field(
        default="RS256,ES256,EdDSA", description="How a login may be signed."
    )
    oidc_leeway_s: float = Field(
        default=30.0, ge=0, le=300, description="How far the issuer's clock may be off."
    )
    oidc_refetch_s: float = Field(
        default=10.0, gt=0, description="Least time between two looks at the issuer's keys."
    )
    oidc_role_claim: str = Field(default="roles", description="Where a login names its roles.")
    oidc_roles: str = Field(
        default="", description="The issuer's words for our roles: plan-team=planner,ops=admin."
    )
    oidc_default_role: str = Field(
        default="", description="Role of a login that names none; without it it is not let in."
    )
    oidc_team_claim: str = Field(default="teams", description="Where a login names its teams.")
    oidc_person_claim: str = Field(
        default="", description="Where a login has the key of its Person; empty: nowhere."
    )
    oidc_name_claim: str = Field(
        default="sub", description="Where a login has the name that the log shows."
    )

    @property
    def auth_ways(self) -> tuple[str, ...]:
        """The ways in which somebody may log in; none where nobody has to."""
        return tuple(way for way in self.auth.split(",") if way != "none")

    @property
    def limits(self) -> Limits:
        """The limits of an operation."""
        return Limits(**{each.name: getattr(self, f"max_{each.name}") for each in fields(Limits)})


@lru_cache(maxsize=1_000)
def is_loopback(host: str) -> bool:
    """Say whether an address can be reached from this machine alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
