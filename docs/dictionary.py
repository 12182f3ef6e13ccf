"""Writes what follows from the Arrow schemas: the tables of columns in docs/data-dictionary.md, and docs/schema.json.

.venv/bin/python -m docs.dictionary      or `make schema`; what stands around the tables is written by hand, and stays
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pyarrow as pa

from pipeline.store.json_schema import json_schema_text
from pipeline.store.schema import DATASETS

DICTIONARY: Final = Path(__file__).with_name("data-dictionary.md")
JSON_SCHEMA: Final = Path(__file__).with_name("schema.json")


def main() -> None:
    """Writes both files anew."""
    DICTIONARY.write_text(dictionary(DICTIONARY.read_text(encoding="utf-8")), encoding="utf-8")
    JSON_SCHEMA.write_bytes(json_schema_text())


def dictionary(text: str) -> str:
    """Returns the text of the data dictionary with the first table below each dataset's heading as its schema has it."""
    for name, schema in DATASETS.items():
        table = _table(schema).replace("\\", r"\\")  # in a replacement a backslash means something else
        text, found = re.subn(rf"(?ms)(^## {name}\n.*?)^\|.*?(?=^$)", rf"\g<1>{table}", text, count=1)
        if not found:
            raise ValueError(f"{DICTIONARY} has no table below ## {name}")
    return text


def _table(schema: pa.Schema) -> str:
    rows = [
        f"| `{field.name}` | {_type(field.type)} | {'yes' if field.nullable else 'no'} | {field.metadata[b'doc'].decode()} |\n" for field in schema
    ]
    return "".join(["| column | type | null | meaning |\n", "|---|---|---|---|\n", *rows])


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list of {_type(kind.value_type)}"
    if pa.types.is_struct(kind):
        return "struct" if len(kind) > 4 else f"struct ({', '.join(field.name for field in kind)}: {kind[0].type})"
    return str(kind)


if __name__ == "__main__":
    main()
