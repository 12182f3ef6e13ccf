"""The rules of all files, loaded once, and which of them a block hits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import regex

from pipeline.records import Kind, MetaField, Reason, Reject
from pipeline.rules.line import MAX_CHARS, Line, as_line
from pipeline.rules.parse import RuleFile, rule_files
from pipeline.rules.prefilter import Prefilter
from pipeline.rules.rule import Capture, Hit, Rule, SiteRules, Verb, Zone

Selectors = tuple[str | None, tuple[str, ...], tuple[tuple[MetaField, str], ...]]  # of the body, of what is none of it, and of fields

BUILT_IN: Final = Path(__file__).parent
SECONDS: Final = 2.0  # of CPU time for one pattern on one line: a rule can be written that would take hours on a line made for it


class RuleSet:
    """Every rule there is. Immutable but for the matchers, which are built when a language or site first needs one."""

    __slots__ = ("_matchers", "_scopes", "_selections", "_sites", "rules", "version")

    def __init__(self, files: Sequence[RuleFile], version: str) -> None:
        self._scopes = frozenset(file.scope for file in files)
        self._matchers: dict[tuple[str, ...], _Matcher] = {}
        self._selections: dict[tuple[str | None, str | None], tuple[_Matcher, ...]] = {}
        self._sites = {file.site.domain: file.site for file in files if file.site}
        self.rules = tuple(rule for file in files for rule in file.rules)
        self.version = version  # 12 hex digits; another one means that some rule file's bytes changed

    def hits(self, text: str, *, zones: frozenset[str], language: str | None, site: str | None) -> list[Hit]:
        """The rules that fire on a block, in file order: site, language, English, common.

        `zones` names where the block stands (head, tail, both or none); rules for `any` always run. `language` is a BCP-47
        code, `site` a registrable domain.
        """
        if len(text) > MAX_CHARS:
            return []
        line = as_line(text)
        return [hit for matcher in self._selection(language, site) for hit in matcher.hits(line, zones)]

    @property
    def selectors_version(self) -> str:
        """Changes when a site's selectors do: drafts depend on them, and on no other rule."""
        selectors = sorted((domain, *selected) for domain, selected in self.selectors.items())
        return hashlib.sha256(repr(selectors).encode()).hexdigest()[:12] if selectors else ""

    @property
    def selectors(self) -> dict[str, Selectors]:
        """What each site's file selects, by domain, of the sites that have selectors."""
        return {site.domain: (site.body, site.remove, site.fields) for site in self._sites.values() if site.selects}

    def site(self, domain: str) -> SiteRules | None:
        """What its file says of a registrable domain's pages, or None where it has none."""
        return self._sites.get(domain)

    def sites_to_select(self, domain: str | None) -> tuple[SiteRules, ...]:
        """The files whose selectors a page may need: its site's; every one where the site is None, for the page may give its address itself."""
        return tuple(site for site in self._sites.values() if site.selects and domain in {None, site.domain})

    def _selection(self, language: str | None, site: str | None) -> tuple[_Matcher, ...]:
        key = (language, site if site in self._sites else None)
        if key not in self._selections:
            self._selections[key] = self._selected(*key)
        return self._selections[key]

    def _selected(self, language: str | None, site: str | None) -> tuple[_Matcher, ...]:
        own = language.lower().partition("-")[0] if language else "en"
        scopes = dict.fromkeys((f"lang/{own}", "lang/en", "common"))  # each once, when the page is in English
        general = self._matcher(tuple(scope for scope in scopes if scope in self._scopes))
        return (self._matcher((f"site/{site}",)), general) if site else (general,)

    def _matcher(self, scopes: tuple[str, ...]) -> _Matcher:
        if scopes not in self._matchers:
            self._matchers[scopes] = _Matcher([rule for scope in scopes for rule in self.rules if rule.scope == scope])
        return self._matchers[scopes]


class _Matcher:
    """The rules that run together on a page, behind one prefilter."""

    __slots__ = ("_max_words", "_patterns", "_prefilter")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._patterns = [(rule, pattern) for rule in rules for pattern in rule.match]
        self._prefilter = Prefilter(pattern for _, pattern in self._patterns)
        self._max_words = max((rule.max_words for rule in rules), default=0)

    def hits(self, line: Line, zones: frozenset[str]) -> list[Hit]:
        if line.words > self._max_words:
            return []
        found: dict[str, Hit] = {}
        for index in self._prefilter.candidates(line.plain):
            rule, pattern = self._patterns[index]
            if rule.id in found or line.words > rule.max_words or not (rule.zone is Zone.ANY or rule.zone in zones):
                continue
            match = _search(rule, pattern, line.plain)
            if match and not any(_search(rule, veto, line.plain) for veto in rule.unless):
                found[rule.id] = _hit(rule, match, line)
        return list(found.values())


def _search(rule: Rule, pattern: str, text: str) -> regex.Match[str] | None:
    """As the pattern's own search, within a time. Raises Reject(CPU_LIMIT) that names the rule."""
    try:
        return _timed(pattern).search(text, timeout=SECONDS)
    except TimeoutError as error:
        raise Reject(Reason.CPU_LIMIT, f"rule {rule.id}: {pattern!r} takes more than {SECONDS:g} s on a line of {len(text)} characters") from error


@cache
def _timed(pattern: str) -> regex.Pattern[str]:
    """The pattern, compiled by a library that can stop; when the first line needs it, for most never do."""
    return regex.compile(pattern, regex.IGNORECASE)


def _hit(rule: Rule, match: regex.Match[str], line: Line) -> Hit:
    """The hit in the page's own typography: `line.shown` and `line.plain` agree character for character."""
    start, end = match.span()
    captures = tuple((Capture(group), line.shown[slice(*match.span(group))].strip()) for group, value in match.groupdict().items() if value)
    return Hit(rule=rule, matched_text=line.shown[start:end], captures=captures)


def strongest(hits: Sequence[Hit]) -> Hit:
    """The hit that decides: a site's own rule, else a specific one, else a cut; among equals the first.

    A heading that is merely dropped is what is left of a cut outside the tail, so where both fire the cut wins.
    """
    return min(hits, key=_rank)


def _rank(hit: Hit) -> int:
    if hit.rule.scope.startswith("site/"):
        return 0
    if hit.rule.verb is Verb.CUT:
        return 2
    return 3 if hit.rule.kind is Kind.LIST_HEADING else 1


@lru_cache(maxsize=4)
def load_rules(extra: Path | None = None) -> RuleSet:
    """The built-in rules and those of the folder `extra`, read once in a process. Raises RuleError."""
    return read_rules([BUILT_IN] if extra is None else [BUILT_IN, extra])


def read_rules(folders: Iterable[Path]) -> RuleSet:
    """The rules of these folders and no others, read afresh. Raises RuleError.

    Patterns of the built-in rules are tried out by `check_rules`: here that would cost each process a second.
    """
    digest = hashlib.sha256()
    files = []
    for folder in folders:
        for file in rule_files(folder, compiled=folder != BUILT_IN):
            digest.update(f"{file.scope}\0{len(file.content)}\0".encode())
            digest.update(file.content)
            files.append(file)
    return RuleSet(files, digest.hexdigest()[:12])
