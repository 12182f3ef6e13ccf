"""The Arrow schemas as a JSON schema: what a row is when it is written as JSON, as `copydesk export` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import orjson
import pyarrow as pa

from pipeline.store.schema import DATASETS, SCHEMA_VERSION

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_VALUES: Final[tuple[tuple[Callable[[pa.DataType], bool], dict[str, Any]], ...]] = (
    (pa.types.is_string, {"type": "string"}),
    (pa.types.is_integer, {"type": "integer"}),
    (pa.types.is_floating, {"type": "number"}),
    (pa.types.is_boolean, {"type": "boolean"}),
    (pa.types.is_timestamp, {"type": "string", "format": "date-time"}),
    (pa.types.is_date, {"type": "string", "format": "date"}),
)


def json_schema() -> dict[str, Any]:
    """Returns the schema of a row of each dataset, under `$defs`; instants are RFC 3339 strings in UTC, days ISO 8601."""
    return {
        "$schema": _DIALECT,
        "title": f"copydesk, schema version {SCHEMA_VERSION}",
        "$defs": {name: _object(list(schema)) for name, schema in DATASETS.items()},
    }


def json_schema_text() -> bytes:
    """Returns the same as JSON to be read, in UTF-8."""
    return orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _object(fields: list[pa.Field]) -> dict[str, Any]:
    properties = {field.name: _property(field) for field in fields}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _property(field: pa.Field) -> dict[str, Any]:
    value = _value(field.type)
    if field.nullable:
        value["type"] = [value["type"], "null"]
    doc = (field.metadata or {}).get(b"doc")
    return value | ({"description": doc.decode()} if doc else {})


def _value(kind: pa.DataType) -> dict[str, Any]:
    if pa.types.is_list(kind):
        return {"type": "array", "items": _property(kind.value_field)}
    if pa.types.is_struct(kind):
        return _object([kind.field(number) for number in range(kind.num_fields)])
    return dict(next(value for is_kind, value in _VALUES if is_kind(kind)))
