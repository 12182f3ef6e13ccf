"""docs/data-dictionary.md describes each column as the schema has it, each closed set, and where each field comes from."""

from pathlib import Path

import pytest

from docs.dictionary import dictionary
from pipeline.records import Action, Flag, Kind, Layer, Reason
from pipeline.store.schema import SCHEMA_VERSION, SOURCED_FIELDS

DICTIONARY = (Path(__file__).parents[2] / "docs" / "data-dictionary.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    return DICTIONARY.split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0].split("\n### ", 1)[0]


def first_cells(heading: str) -> list[str]:
    rows = [line.split("|")[1].strip() for line in section(heading).splitlines() if line.startswith("| `")]
    return [cell.strip("`") for cell in rows]


def test_its_tables_are_those_of_the_schemas():
    assert dictionary(DICTIONARY) == DICTIONARY, "make schema"


def test_a_changed_column_is_written_anew():
    wrong = DICTIONARY.replace("| `title` | string | yes |", "| `title` | int8 | no |").replace(
        "| `url` | string | yes | The address that the input gave. |\n", "", 1
    )
    assert wrong != DICTIONARY
    assert dictionary(wrong) == DICTIONARY


def test_the_dictionary_is_that_of_this_schema():
    assert f"schema version {SCHEMA_VERSION}" in DICTIONARY


@pytest.mark.parametrize(
    ("heading", "members"), [("### Flags", Flag), ("### Reasons", Reason), ("### Kinds", Kind), ("### Actions", Action), ("### Layers", Layer)]
)
def test_each_closed_set_is_whole(heading: str, members: type[Flag | Reason | Kind | Action | Layer]):
    assert first_cells(heading) == [member.value for member in members]


def test_each_sourced_field_tells_where_it_comes_from():
    assert first_cells("## Where a field comes from") == list(SOURCED_FIELDS)
