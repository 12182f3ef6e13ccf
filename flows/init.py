"""`copydesk init`: a copydesk.toml in which every setting stands with its meaning and default."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipeline.config_file import CONFIG_FILE, SettingsError
from pipeline.settings import Settings

_HEAD: Final = """\
# copydesk's settings. What stands behind a # is the default; a variable of the environment (COPYDESK_MIN_WORDS=40) or a flag takes precedence.
"""
_DATASETS: Final = """
# Several datasets in one file: what stands above is what they share, and each adds its own, `clean` at least. `copydesk clean news` then runs one of them.
# [datasets.news]
# raw = ["raw/news"]
# clean = "clean/news"
# [datasets.news.retention]
# versions = 10
"""
_SET: Final = ("raw", "clean")  # what everyone changes stands without a #


def write_config() -> Path:
    """Writes the file into the working directory and returns its path. Raises SettingsError where there is one."""
    path = Path(CONFIG_FILE)
    if path.exists():
        raise SettingsError(f"{path.absolute()} is there already")
    path.write_text(config_text(), encoding="utf-8")
    return path


def config_text() -> str:
    """Returns what the file says."""
    plain, tables = [_HEAD], []
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            tables += ["", f"# {field.description}", f"[{name}]", *(_line(inner, own) for inner, own in field.annotation.model_fields.items())]
        else:
            plain.append(_line(name, field))
    return "\n".join([*plain, *tables]) + "\n" + _DATASETS


def _line(name: str, field: FieldInfo) -> str:
    default: Any = field.get_default()
    if default is None:
        return f"# {field.description}\n# {name} = …"
    value = orjson.dumps(default, default=str).decode()  # JSON's strings, numbers and lists are TOML's
    return f"# {field.description}\n{'' if name in _SET else '# '}{name} = {value}"
