"""What one page cannot tell: what repeats on a site's pages, and which articles are the same story."""

from pipeline.learn.database import Resources
from pipeline.learn.duplicates import DuplicatesTask, find_duplicates
from pipeline.learn.duplicates_clusters import Verdict
from pipeline.learn.duplicates_files import compact_fingerprints, compact_pairs, fingerprint, withdrawal, write_fingerprints
from pipeline.learn.templates import TEMPLATES, SiteTemplates, Template, read_templates
from pipeline.learn.templates_apply import TemplateVerdicts, template_removals
from pipeline.learn.templates_learn import (
    MIN_ARTICLES,
    LearningTask,
    MergeTask,
    compact_observations,
    learn_shard,
    learning_tasks,
    merge_templates,
)
from pipeline.learn.templates_observe import OBSERVATIONS, ObservingTask, Place, observe, page_observations, place_of

__all__ = [
    "MIN_ARTICLES",
    "OBSERVATIONS",
    "TEMPLATES",
    "DuplicatesTask",
    "LearningTask",
    "MergeTask",
    "ObservingTask",
    "Place",
    "Resources",
    "SiteTemplates",
    "Template",
    "TemplateVerdicts",
    "Verdict",
    "compact_fingerprints",
    "compact_observations",
    "compact_pairs",
    "find_duplicates",
    "fingerprint",
    "learn_shard",
    "learning_tasks",
    "merge_templates",
    "observe",
    "page_observations",
    "place_of",
    "read_templates",
    "template_removals",
    "withdrawal",
    "write_fingerprints",
]
