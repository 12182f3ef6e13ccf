from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.metadata.loose_json import read_json


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('<!-- {"a": 1} -->', {"a": 1}),
        ('//<![CDATA[\n{"a": 1}\n//]]>', {"a": 1}),
        ('/*<![CDATA[*/ {"a": 1} /*]]>*/', {"a": 1}),
        ('/* a note */ {"a": 1}', {"a": 1}),
        ('// a note\n[{"a": 1}]', [{"a": 1}]),
        ('{"a": 1};', {"a": 1}),
        ("{&quot;a&quot;: &quot;x &amp; y&quot;}", {"a": "x & y"}),
        ('{"a": "two\nlines"}', {"a": "two lines"}),
        ('{"a": "a\ttab\x00"}', {"a": "a tab "}),
        ('{"a": 1,}', {"a": 1}),
        ("[1,,2,]", [1, 2]),
        ('{"a": "kept, }"} // gone', {"a": "kept, }"}),
        ('{"a": "https://ledger.example/b" /* gone */}', {"a": "https://ledger.example/b"}),
        (r'{"a": "it\'s"}', {"a": "it's"}),
        ('{"a": 1}{"b": 2}', [{"a": 1}, {"b": 2}]),
        ('[{"a": 1}]\n[{"b": 2}]', [[{"a": 1}], [{"b": 2}]]),
        ('{"a": "\ud800"}', {"a": "?"}),
        ("", None),
        ("window.data = 1", None),
        ("{", None),
    ],
)
def test_scripts_as_pages_hold_them(script, value):
    assert read_json(script) == value


@pytest.mark.parametrize("part", ["[", '\\"', "/*", "<!--", ",", '"', "{", "}{", "\\", "&quot;", "; "])
def test_a_megabyte_of_one_thing_ends_in_nothing_but_ends(part):
    assert read_json(part * (1_000_000 // len(part))) is None


def test_five_megabytes_are_read():
    things = [{"@type": "Thing", "name": "x" * 50}] * 70_000
    written = orjson.dumps(things).decode()
    assert read_json(written) == things
    assert read_json(f"{written[:-1]},]") == things


@given(
    st.recursive(st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_valid_json_is_read_as_it_is(value):
    assert read_json(orjson.dumps(value).decode()) == value


@given(st.text())
def test_no_text_raises(text):
    read_json(text)
