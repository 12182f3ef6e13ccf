"""Tables that people paste."""

import pytest

from benchmarks.tables import print_table


def test_a_table_is_markdown_with_numbers_to_the_right(capsys: pytest.CaptureFixture[str]):
    print_table("Cost", ["system", "ms"], [["ours", "4.0"], ["a longer one", "112.5"]])
    assert capsys.readouterr().out.splitlines() == [
        "",
        "Cost",
        "",
        "| system       |    ms |",
        "| ------------ | ----: |",
        "| ours         |   4.0 |",
        "| a longer one | 112.5 |",
    ]
