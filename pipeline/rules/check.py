"""The check behind `copydesk check-rules`: every rule does what its own examples say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.records import Reject
from pipeline.rules.parse import check_pattern
from pipeline.rules.rule import Rule, RuleError, Zone
from pipeline.rules.ruleset import RuleSet

EVERYWHERE = frozenset({Zone.HEAD, Zone.TAIL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An example that a rule file gets wrong."""

    rule_id: str
    example: str | None  # None where the rule itself is the problem
    what: str

    @property
    def file(self) -> str:
        """The rule file, relative to its folder."""
        return f"{self.rule_id.partition(':')[0]}.toml"


def check_rules(rules: RuleSet) -> list[Problem]:
    """What is wrong with the rules by their own examples, in file order; empty when all is well. Raises RuleError where one takes too long."""
    broken = [problem for rule in rules.rules for problem in _patterns_that_fail(rule)]
    if broken:
        return broken
    problems = [Problem(rule_id=name, example=None, what="two rules have this name") for name in _duplicates(rules)]
    for rule in rules.rules:
        problems += _drops_that_stay(rules, rule)
        problems += _keeps_that_go(rules, rule)
    return problems


def _duplicates(rules: RuleSet) -> list[str]:
    return [name for name, count in Counter(rule.id for rule in rules.rules).items() if count > 1]


def _patterns_that_fail(rule: Rule) -> Iterator[Problem]:
    for pattern in (*rule.match, *rule.unless):
        try:
            check_pattern(pattern)
        except ValueError as error:
            yield Problem(rule_id=rule.id, example=None, what=str(error))


def _drops_that_stay(rules: RuleSet, rule: Rule) -> Iterator[Problem]:
    for example in rule.drops:
        if rule.id not in _hit_ids(rules, rule, example, frozenset({rule.zone})):
            yield Problem(rule_id=rule.id, example=example, what=f"must be hit in zone {rule.zone} within {rule.max_words} words, and is not")


def _keeps_that_go(rules: RuleSet, rule: Rule) -> Iterator[Problem]:
    """A rule's `keeps` are prose for all: no rule that runs beside it may take one out."""
    for example in rule.keeps:
        removing = {other.id for other in rules.rules if other.removes}
        for hit in sorted(_hit_ids(rules, rule, example, EVERYWHERE)):
            if hit == rule.id or hit in removing:
                yield Problem(rule_id=rule.id, example=example, what=f"must be kept, and {hit} hits it")


def _hit_ids(rules: RuleSet, rule: Rule, example: str, zones: frozenset[Zone]) -> set[str]:
    folder, _, name = rule.scope.partition("/")
    language = name if folder == "lang" else None
    site = name if folder == "site" else None
    try:
        return {hit.rule.id for hit in rules.hits(example, zones=zones, language=language, site=site)}
    except Reject as slow:
        raise RuleError(f"{rule.scope}.toml", rule.name, f"with the example {example!r}: {slow.detail}") from slow
