"""The schema as the settings have it."""

from api.settings import Settings
from schema.build import build_schema
from schema.execution import HeadwaterSchema


def schema_of(settings: Settings) -> HeadwaterSchema:
    """Give the schema that a service of these settings has: built once for the same ones."""
    return build_schema(
        settings.limits,
        introspection=settings.dev,
        seconds=settings.max_seconds,
        compiles=settings.plans,
    )
