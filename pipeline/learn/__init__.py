"""What one page cannot tell: what repeats on a site's pages, and which articles are the same story."""

from pipeline.learn.database import Resources, connected, view_files
from pipeline.learn.duplicates import DuplicatesTask, find_copies, find_duplicates
from pipeline.learn.duplicates_clusters import Verdict
from pipeline.learn.duplicates_files import (
    FINGERPRINTS,
    compact_fingerprints,
    compact_pairs,
    fingerprint,
    withdrawal,
    write_fingerprint_rows,
    write_fingerprints,
)
from pipeline.learn.kinds import FINGERPRINTS_KIND, OBSERVATIONS_KIND, PAIRS_KIND, TEMPLATES_KIND
from pipeline.learn.templates import TEMPLATES, SiteTemplates, Template, read_templates, site_templates, templates_version, text_key
from pipeline.learn.templates_apply import TemplateVerdicts, template_removals, without_templates
from pipeline.learn.templates_learn import (
    MIN_ARTICLES,
    LearningTask,
    MergeTask,
    compact_observations,
    forget_pages,
    learn_shard,
    learning_tasks,
    merge_templates,
    observed_articles,
)
from pipeline.learn.templates_observe import OBSERVATIONS, Place, observed_sites, page_observations, place_of, write_observations

__all__ = [
    "FINGERPRINTS",
    "FINGERPRINTS_KIND",
    "MIN_ARTICLES",
    "OBSERVATIONS",
    "OBSERVATIONS_KIND",
    "PAIRS_KIND",
    "TEMPLATES",
    "TEMPLATES_KIND",
    "DuplicatesTask",
    "LearningTask",
    "MergeTask",
    "Place",
    "Resources",
    "SiteTemplates",
    "Template",
    "TemplateVerdicts",
    "Verdict",
    "compact_fingerprints",
    "compact_observations",
    "compact_pairs",
    "connected",
    "find_copies",
    "find_duplicates",
    "fingerprint",
    "forget_pages",
    "learn_shard",
    "learning_tasks",
    "merge_templates",
    "observed_articles",
    "observed_sites",
    "page_observations",
    "place_of",
    "read_templates",
    "site_templates",
    "template_removals",
    "templates_version",
    "text_key",
    "view_files",
    "withdrawal",
    "without_templates",
    "write_fingerprint_rows",
    "write_fingerprints",
    "write_observations",
]
