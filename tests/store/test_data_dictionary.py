"""docs/data-dictionary.md describes each column as the schema has it, each closed set, and where each field comes from."""

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.records import Action, Flag, Kind, Layer, Reason
from pipeline.store.schema import DATASETS, SCHEMA_VERSION, SOURCED_FIELDS

DICTIONARY = (Path(__file__).parents[2] / "docs" / "data-dictionary.md").read_text(encoding="utf-8")


def type_name(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list of {type_name(kind.value_type)}"
    if pa.types.is_struct(kind):
        return "struct" if len(kind) > 4 else f"struct ({', '.join(field.name for field in kind)}: {kind[0].type})"
    return str(kind)


def table(schema: pa.Schema) -> str:
    rows = [
        f"| `{field.name}` | {type_name(field.type)} | {'yes' if field.nullable else 'no'} | {field.metadata[b'doc'].decode()} |" for field in schema
    ]
    return "\n".join(["| column | type | null | meaning |", "|---|---|---|---|", *rows])


def section(heading: str) -> str:
    return DICTIONARY.split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0].split("\n### ", 1)[0]


def first_cells(heading: str) -> list[str]:
    rows = [line.split("|")[1].strip() for line in section(heading).splitlines() if line.startswith("| `")]
    return [cell.strip("`") for cell in rows]


@pytest.mark.parametrize("name", DATASETS)
def test_each_column_stands_in_the_dictionary_as_the_schema_has_it(name: str):
    assert table(DATASETS[name]) in section(f"## {name}")


def test_the_dictionary_is_that_of_this_schema():
    assert f"schema version {SCHEMA_VERSION}" in DICTIONARY


@pytest.mark.parametrize(
    ("heading", "members"), [("### Flags", Flag), ("### Reasons", Reason), ("### Kinds", Kind), ("### Actions", Action), ("### Layers", Layer)]
)
def test_each_closed_set_is_whole(heading: str, members: type[Flag | Reason | Kind | Action | Layer]):
    assert first_cells(heading) == [member.value for member in members]


def test_each_sourced_field_tells_where_it_comes_from():
    assert first_cells("## Where a field comes from") == list(SOURCED_FIELDS)
