"""Rule files in: TOML to rules, with one clear line for whatever is wrong."""

from __future__ import annotations

import re
import tomllib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import re2
import soupsieve
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.records import Kind, MetaField
from pipeline.rules.prefilter import refusal, relaxed
from pipeline.rules.rule import Capture, MoveField, NoRules, Rule, RuleError, RuleFlag, SiteRules, Verb, Zone

MAX_WORDS: Final = 60  # a block of more words is nearly always prose; a rule may say otherwise
_SCOPE = re.compile(r"common|lang/[a-z]{2,3}|site/(?:[^\WA-Z_]|[.-])+")

_Words = Annotated[int, Field(strict=True, ge=1, le=200)]
_Sentence = Annotated[str, Field(min_length=1)]
_Text = Annotated[str, Field(pattern=r"[^\W\d_]")]  # without a letter it would be like every block of mere signs


class _RuleTable(BaseModel):
    """A `[[rule]]` as written."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    kind: Kind
    why: _Sentence
    match: list[str] = Field(min_length=1)
    unless: list[str] = []
    zone: Zone = Zone.ANY
    max_words: _Words = MAX_WORDS
    action: str
    drops: list[_Sentence] = Field(min_length=1)
    keeps: list[_Sentence] = Field(min_length=1)


class _SiteTable(BaseModel):
    """A `[site]` as written."""

    model_config = ConfigDict(extra="forbid")

    domain: str
    body: str | None = None
    remove: list[str] = []
    fields: dict[MetaField, str] = {}
    time_zone: str | None = None


class _TemplatesTable(BaseModel):
    """A `[templates]` as written."""

    model_config = ConfigDict(extra="forbid")

    pin: list[_Text] = []
    veto: list[_Text] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """One rule file, read and validated."""

    scope: str
    content: bytes
    rules: tuple[Rule, ...]
    site: SiteRules | None


def rule_files(folder: Path, *, compiled: bool) -> Iterator[RuleFile]:
    """The rule files of a folder in the order of their names; `compiled` says whether each pattern is tried out. Raises RuleError."""
    if not folder.is_dir():
        raise NoRules(str(folder), None, "no such folder of rules; the setting `rules`, or the flag, names it")
    for path in sorted(folder.rglob("*.toml")):
        scope = path.relative_to(folder).with_suffix("").as_posix()
        if not _SCOPE.fullmatch(scope):
            raise RuleError(str(path), None, "a rule file is named common.toml, lang/<language>.toml or site/<domain>.toml")
        yield _rule_file(str(path), _as_dns_has_it(scope), path.read_bytes(), compiled=compiled)


def _as_dns_has_it(scope: str) -> str:
    """The scope, the domain of a site in the spelling that pages' addresses are compared in: a person may write its umlauts."""
    folder, _, name = scope.partition("/")
    return scope if folder != "site" or name.isascii() else f"{folder}/{name.encode('idna').decode()}"


def _rule_file(file: str, scope: str, content: bytes, *, compiled: bool) -> RuleFile:
    try:
        tables = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(file, None, f"not TOML: {error}") from error
    unknown = sorted(tables.keys() - {"rule", "site", "templates"})
    if unknown:
        raise RuleError(file, None, f"unknown key {unknown[0]!r}: a rule file holds [[rule]], [site] and [templates]")
    rules = tables.get("rule", [])
    if not (isinstance(rules, list) and all(isinstance(table, dict) for table in rules)):
        raise RuleError(file, None, "write [[rule]] with two brackets")
    site = _site(file, scope, tables["site"]) if "site" in tables else None
    if scope.startswith("site/") and site is None:
        site = SiteRules(domain=scope.removeprefix("site/"))
    if "templates" in tables:
        site = _with_templates(file, site, tables["templates"])
    return RuleFile(scope=scope, content=content, rules=tuple(_rule(file, scope, table, compiled=compiled) for table in rules), site=site)


def _rule(file: str, scope: str, written: dict[str, Any], *, compiled: bool) -> Rule:
    name = str(written.get("name", "without a name"))
    try:
        table = _RuleTable.model_validate(written)
        verb, moves_to, flag = _action(table.action)
        for pattern in (*table.match, *table.unless) if compiled else ():
            check_pattern(pattern)
    except ValidationError as error:
        raise RuleError(file, name, _first_problem(error)) from error
    except ValueError as error:
        raise RuleError(file, name, str(error)) from error
    return Rule(
        scope=scope, name=table.name, kind=table.kind, why=table.why, match=tuple(table.match), unless=tuple(table.unless), zone=table.zone,
        max_words=table.max_words, verb=verb, moves_to=moves_to, flag=flag, drops=tuple(table.drops), keeps=tuple(table.keeps),
    )  # fmt: skip


def _action(written: str) -> tuple[Verb, MoveField | None, RuleFlag | None]:
    """What `action` says. Raises ValueError with the choices there are."""
    verb, _, target = written.partition(":")
    if written in {Verb.DROP, Verb.CUT}:
        return Verb(written), None, None
    if verb == Verb.MOVE and target in set(MoveField):
        return Verb.MOVE, MoveField(target), None
    if verb == Verb.FLAG and target in set(RuleFlag):
        return Verb.FLAG, None, RuleFlag(target)
    raise ValueError(f"action {written!r} is none of drop, cut_from_here, move:<{'|'.join(MoveField)}>, flag:<{'|'.join(RuleFlag)}>")


def check_pattern(text: str) -> None:
    """Raises ValueError, which says what to write instead, where a pattern cannot be used."""
    problem = refusal(text)
    if problem:
        raise ValueError(f"pattern {text!r}: {problem}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # `re` warns where another engine would read the pattern differently
            pattern = re.compile(text, re.IGNORECASE)
        re2.compile(relaxed(text), _quiet())
    except (re.error, re2.error, FutureWarning) as error:
        raise ValueError(f"pattern {text!r}: {error}") from error
    unknown = sorted(pattern.groupindex.keys() - set(Capture))
    if unknown:
        raise ValueError(f"pattern {text!r}: a named group is one of {', '.join(Capture)}, not {unknown[0]!r}")


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options


def _site(file: str, scope: str, written: dict[str, Any]) -> SiteRules:
    try:
        table = _SiteTable.model_validate(written)
    except ValidationError as error:
        raise RuleError(file, "[site]", _first_problem(error)) from error
    if scope != _as_dns_has_it(f"site/{table.domain}"):
        raise RuleError(file, "[site]", f"domain {table.domain!r} belongs in the file site/{table.domain}.toml")
    for selector in filter(None, (table.body, *table.remove, *table.fields.values())):
        try:
            soupsieve.compile(selector)
        except soupsieve.SelectorSyntaxError as error:
            raise RuleError(file, "[site]", f"selector {selector!r}: {str(error).splitlines()[0]}") from error
    return SiteRules(
        domain=scope.removeprefix("site/"),
        body=table.body,
        remove=tuple(table.remove),
        fields=tuple(table.fields.items()),
        time_zone=_time_zone(file, table.time_zone) if table.time_zone is not None else None,
    )


def _with_templates(file: str, site: SiteRules | None, written: dict[str, Any]) -> SiteRules:
    if site is None:
        raise RuleError(file, "[templates]", "only a site has templates: write them in site/<domain>.toml")
    try:
        table = _TemplatesTable.model_validate(written)
    except ValidationError as error:
        raise RuleError(file, "[templates]", _first_problem(error)) from error
    return replace(site, pins=tuple(table.pin), vetoes=tuple(table.veto))


def _time_zone(file: str, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # an unknown one; "../x"; the name of a folder
        raise RuleError(file, "[site]", f"time_zone {name!r} is no name of the IANA database, such as Europe/Vienna") from error


def _first_problem(error: ValidationError) -> str:
    """What pydantic found first, as `key: problem`."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    return f"{key}: {'unknown key' if first['type'] == 'extra_forbidden' else first['msg']}"
