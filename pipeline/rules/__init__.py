"""Boilerplate as data: rule files, their loader and matcher, and the check that runs their examples."""

from pipeline.rules.check import Problem, check_rules
from pipeline.rules.rule import Capture, Hit, MoveField, NoRules, Rule, RuleError, RuleFlag, SiteRules, Verb, Zone
from pipeline.rules.ruleset import RuleSet, load_rules, read_rules, strongest

__all__ = [
    "Capture",
    "Hit",
    "MoveField",
    "NoRules",
    "Problem",
    "Rule",
    "RuleError",
    "RuleFlag",
    "RuleSet",
    "SiteRules",
    "Verb",
    "Zone",
    "check_rules",
    "load_rules",
    "read_rules",
    "strongest",
]
