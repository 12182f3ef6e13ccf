"""Title, authors, dates and the rest of an article's metadata: read from the page once, chosen when cleaning.

The two halves meet in `Candidate`: `read_candidates` proposes values with their sources, raw, and `choose_metadata` picks and normalises them,
so that a better choice needs no HTML.
"""

from pipeline.stages.metadata.captions import split_caption
from pipeline.stages.metadata.choosing import SOURCED_FIELDS, Metadata, choose_metadata
from pipeline.stages.metadata.language import detect_language
from pipeline.stages.metadata.reading import PageMetadata, read_candidates
from pipeline.stages.metadata.site import host_of, site_of
from pipeline.stages.metadata.text_lines import text_candidates
from pipeline.stages.metadata.urls import article_id, choose_canonical, clean_url, page_id, page_site

__all__ = [
    "SOURCED_FIELDS",
    "Metadata",
    "PageMetadata",
    "article_id",
    "choose_canonical",
    "choose_metadata",
    "clean_url",
    "detect_language",
    "host_of",
    "page_id",
    "page_site",
    "read_candidates",
    "site_of",
    "split_caption",
    "text_candidates",
]
