"""Trusted documents: a manifest of what a front end asks, made by its build, by id.

Three formats are read: an object of texts by hash, as GraphQL Code Generator and Relay write it, and
Apollo's, `{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [...]}`.

References: the appendix on persisted documents of GraphQL over HTTP (`documentId`), Relay's persisted
queries (`doc_id`), Apollo's persisted queries (`extensions.persistedQuery.sha256Hash`); none of them
is registered by asking.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson
from graphql import GraphQLError

from api.settings import DocumentsMode, Settings
from graph.errors import BadUsage
from schema.documents import Unfit
from schema.execution import HeadwaterSchema

APOLLO: Final = "apollo-persisted-query-manifest"
_SHOWN: Final = 20
_PREFIX: Final = "sha256:"


@dataclass(frozen=True, slots=True)
class Asked:
    """The document of a request, by its text or its id; None for what was not given.

    `apollo` says that the id came as Apollo's hash: such a client sends the text next.
    """

    text: str | None
    id: str | None
    apollo: bool = False


class Untrusted(Exception):
    """A document that is not run because of what the manifest says, with the code of the error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Trusted:
    """The documents of a manifest, and whether others are run too."""

    mode: DocumentsMode = DocumentsMode.OFF
    texts: Mapping[str, str] = field(default_factory=dict)

    def text(self, asked: Asked) -> str | None:
        """Give the text to run, None where nothing was asked for. Untrusted where it is not run."""
        if self.mode is DocumentsMode.OFF and asked.text:
            return asked.text
        known = self.texts.get(_plain(asked.id)) if asked.id else None
        if known is not None and asked.text in {None, "", known}:
            return known
        if self.mode is DocumentsMode.ONLY and asked.text:
            text = "Only the documents of the manifest are run, by their ids."
            raise Untrusted(403, "DOCUMENT_NOT_TRUSTED", text)
        if asked.id and not asked.text and asked.apollo:
            raise Untrusted(200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        if asked.id and not asked.text:
            raise Untrusted(404, "DOCUMENT_NOT_FOUND", "There is no document of this id here.")
        return asked.text


def asked_for(given: Mapping[str, object]) -> Asked:
    """Read which document a request asks for, in any of the three ways. ValueError names a misfit."""
    extensions = given.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    hashed = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    for name, value in (
        ("documentId", given.get("documentId")),
        ("doc_id", given.get("doc_id")),
        ("extensions.persistedQuery.sha256Hash", hashed),
    ):
        if value is not None and not isinstance(value, str):
            raise ValueError(name)
    query = given.get("query")
    named = given.get("documentId") or given.get("doc_id")
    id_ = str(named or hashed or "") or None
    return Asked(query if isinstance(query, str) else None, id_, apollo=not named)


def trusted(settings: Settings, schema: HeadwaterSchema) -> Trusted:
    """Read the manifest of the settings. BadUsage names all documents that do not fit the schema."""
    if settings.documents_mode is DocumentsMode.OFF:
        return Trusted()
    if settings.documents is None:
        msg = f"documents are to be trusted ({settings.documents_mode}), and no manifest is given"
        raise BadUsage(msg, "name it with --documents FILE")
    texts = read_manifest(settings.documents)
    misfits = [f"{id_[:20]}: {error.message}" for id_, error in _misfits(texts, schema)]
    if misfits:
        more = len(misfits) - _SHOWN
        told = [*misfits[:_SHOWN], *([f"and {more} more"] if more > 0 else [])]
        msg = f"{settings.documents} has documents that cannot be run:\n  " + "\n  ".join(told)
        raise BadUsage(msg, "build the front end anew on the schema of `headwater schema`")
    return Trusted(settings.documents_mode, texts)


def read_manifest(path: Path) -> Mapping[str, str]:
    """Give the texts of a manifest by id. BadUsage says why it is none."""
    try:
        found = orjson.loads(path.read_bytes())
    except OSError as error:
        msg = f"the manifest {path} cannot be read: {error.strerror}"
        raise BadUsage(msg, "name the file that the front end's build wrote") from error
    except orjson.JSONDecodeError as error:
        msg = f"the manifest {path} is not JSON: {error}"
        raise BadUsage(msg, "name the file that the front end's build wrote") from error
    texts = _of_apollo(found) if isinstance(found, dict) and "format" in found else found
    if not isinstance(texts, dict) or not all(isinstance(each, str) for each in texts.values()):
        msg = f"{path} is no manifest of documents"
        way = "give an object of texts by hash, or Apollo's manifest of version 1"
        raise BadUsage(msg, way)
    return {_plain(id_): text for id_, text in texts.items()}


def _of_apollo(found: Mapping[str, object]) -> object:
    operations = found.get("operations")
    if found.get("format") != APOLLO or found.get("version") != 1:
        return None
    if not isinstance(operations, list) or not all(isinstance(each, dict) for each in operations):
        return None
    return {str(each.get("id")): each.get("body") for each in operations}


def _misfits(
    texts: Mapping[str, str], schema: HeadwaterSchema
) -> Iterator[tuple[str, GraphQLError]]:
    for id_, text in sorted(texts.items()):
        try:
            schema.fit(text)
        except Unfit as error:
            yield from ((id_, each) for each in error.errors)


def _plain(id_: str) -> str:
    return id_.removeprefix(_PREFIX)
