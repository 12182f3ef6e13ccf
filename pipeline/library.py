"""copydesk for programs: one page, and the articles of a published dataset."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow.dataset as ds
from pyarrow.fs import FileSystem

from pipeline.outcomes import clean_outcome
from pipeline.pages import Cleaned, clean_draft
from pipeline.records import Media, Origin, RawPage, Rejected, SourceFormat
from pipeline.rules import load_rules
from pipeline.sandbox import Request, thread_sandbox
from pipeline.settings import Settings
from pipeline.sources.content import holds_a_tag, media_of
from pipeline.stages.metadata import site_of
from pipeline.store.mirror import Mirror
from pipeline.store.publish import open_manifest, version_name
from pipeline.store.schema import ARTICLES

_DEFAULTS = Settings()


def clean_page(
    html_or_text: str | bytes, *, url: str | None = None, charset: str | None = None, fetched_at: datetime | None = None, rules: Path | None = None
) -> Cleaned | Rejected:
    """Returns a page's clean article with its removals, or why it is none, as a run over this page alone would publish it.

    What holds an HTML tag is HTML, else text. `url` is where the page was fetched from, `fetched_at` when (with an offset), `charset` what HTTP declared,
    `rules` a folder of your own rules. What many pages of a site tell, its template and duplicates, one page cannot.
    The page is extracted in a process of its own, as in a run, which starts with the first call of a thread and takes a second or two.
    Raises RuleError where the rules cannot be used, SandboxBroken where no page can be extracted.
    """
    body = html_or_text.encode("utf-8", "replace") if isinstance(html_or_text, str) else html_or_text
    page = RawPage(
        origin=Origin(uri="page", format=SourceFormat.HTML, record="0"),
        media=media_of(body, expected=Media.HTML if holds_a_tag(body) else Media.TEXT),
        body=body,
        url=url,
        fetched_at=fetched_at,
        charset="utf-8" if isinstance(html_or_text, str) else charset,
    )
    known = load_rules(rules)
    draft = thread_sandbox().draft(Request(page=page, sites=known.sites_to_select(site_of(url)), limits=_DEFAULTS.limits)).outcome
    if isinstance(draft, Rejected):
        return draft
    return clean_outcome(draft, lambda each: clean_draft(each, known, min_words=_DEFAULTS.min_words))


def open_articles(clean: Path | str) -> ds.Dataset:
    """Returns the articles of a dataset as a lazy pyarrow dataset, with the columns of `copydesk schema`: those of one version, which its manifest names.

    `clean` is a folder, or the URL in an object store that versions are copied to. Its files are those of that version whatever is published meanwhile; a scan that begins after it is gone raises FileNotFoundError: open it again.
    Raises StoreError where nothing was published there.
    """
    if isinstance(clean, str) and "://" in clean:
        files, where = Mirror(clean).manifest()["datasets"]["articles"]["files"], clean.rstrip("/")
        store, root = FileSystem.from_uri(where)
        return ds.dataset([f"{root}/{file['path']}" for file in files], filesystem=store, schema=ARTICLES, format="parquet")
    version = version_name(open_manifest(Path(clean))["version"])
    return ds.dataset(Path(clean) / "articles" / version, schema=ARTICLES, format="parquet")
