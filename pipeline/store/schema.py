"""The Arrow schemas of the three datasets. They are the contract with everyone who reads the Parquet."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

SCHEMA_VERSION: Final = 1
TIMESTAMP: Final = pa.timestamp("us", tz="UTC")
STRINGS: Final = pa.list_(pa.field("element", pa.string(), nullable=False))
IMAGES: Final = pa.list_(
    pa.field(
        "element",
        pa.struct([("url", pa.string()), ("caption", pa.string()), ("credit", pa.string()), ("alt", pa.string())]),
        nullable=False,
    )
)
SOURCED_FIELDS: Final = (
    "canonical_url",
    "site_name",
    "title",
    "standfirst",
    "description",
    "authors",
    "date_published",
    "date_modified",
    "language",
    "section",
    "keywords",
    "article_type",
    "is_accessible_for_free",
    "images",
)


def _column(name: str, kind: pa.DataType, doc: str, *, nullable: bool = True) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"doc": doc})


def _required(name: str, kind: pa.DataType, doc: str) -> pa.Field:
    return _column(name, kind, doc, nullable=False)


def _dataset(name: str, columns: list[pa.Field]) -> pa.Schema:
    return pa.schema(columns, metadata={"copydesk.dataset": name, "copydesk.schema_version": str(SCHEMA_VERSION)})


_SOURCE = [
    _required("source_uri", pa.string(), "Input file, relative to RAW, with forward slashes."),
    _required("source_format", pa.string(), "html, text, warc, jsonl or parquet."),
    _required("source_record", pa.string(), "The record's own id in the file (WARC record id, `id` column), else its line or row number from 0."),
]
_RUN = [
    _required("processed_at", TIMESTAMP, "When the run that wrote this row began."),
    _required("run_id", pa.string(), "The run that wrote this row."),
]

ARTICLES: Final = _dataset(
    "articles",
    [
        _required("id", pa.string(), "UUIDv5 of the canonical URL; without one, of source_uri and source_record."),
        _required("revision", pa.int32(), "1 when first published; one more each time changed text supersedes it."),
        _column("url", pa.string(), "The address that the input gave."),
        _column(
            "canonical_url", pa.string(), "The article's own address: rel=canonical where it can be believed, else url; tracking parameters off."
        ),
        _column("host", pa.string(), "Host of canonical_url, in lower case."),
        _column("site", pa.string(), "Registrable domain of canonical_url (example.co.uk)."),
        _column("site_name", pa.string(), "The publication's name for itself."),
        _column("title", pa.string(), "The headline that readers see, without the site's name."),
        _column("standfirst", pa.string(), "The visible paragraph between title and body."),
        _column("description", pa.string(), "The summary written for search engines and cards."),
        _required("text", pa.string(), "The body: paragraphs separated by a blank line; NFC; no title, captions, byline or boilerplate."),
        _required("authors", STRINGS, "Names of persons or organisations, in order."),
        _column("byline_raw", pa.string(), "The byline as it stood on the page."),
        _column("date_published", TIMESTAMP, "Instant of publication; only where time and offset are known."),
        _column("date_published_day", pa.date32(), "The publisher's calendar day of publication."),
        _column("date_published_precision", pa.string(), "year, month, day, minute or second."),
        _column("date_published_raw", pa.string(), "The string that the date was read from."),
        _column("date_modified", TIMESTAMP, "Instant of the last change that the publisher declares; never a fallback for date_published."),
        _column("language", pa.string(), "BCP-47 code, detected on the text, else declared."),
        _column("language_confidence", pa.float64(), "0 to 1; null where the language was declared, not detected."),
        _column("section", pa.string(), "The publication's section, e.g. World."),
        _required("keywords", STRINGS, "Tags and keywords that the page declares."),
        _column("article_type", pa.string(), "schema.org type, e.g. NewsArticle."),
        _required("images", IMAGES, "Pictures of the article, with caption and credit told apart."),
        _column("is_accessible_for_free", pa.bool_(), "What the publisher declares; null where it declares nothing."),
        _required("paywall_detected", pa.bool_(), "Whether paywall text was found on the page."),
        _required("flags", STRINGS, "What a reader should know of the row: a closed set, see the data dictionary."),
        _required("word_count", pa.int32(), "Words of text; in scripts without spaces two characters count as one word."),
        _required("removed_block_count", pa.int32(), "Rows of this id in `removed`."),
        _required("content_hash", pa.string(), "SHA-256 of the text in lower case with punctuation and white space folded."),
        _required("simhash", pa.int64(), "64-bit SimHash of the text's word triples, as a signed integer."),
        _column("duplicate_of", pa.string(), "Id of the article that this one repeats."),
        _required(
            "field_sources", pa.struct([(name, pa.string()) for name in SOURCED_FIELDS]), "For each field the source that won, e.g. json-ld:headline."
        ),
        _required(
            "extractor",
            pa.string(),
            "What found the body: model, model+trafilatura (a second opinion where the model was not sure), plain_text, or fallback (the cheaper extraction, of a page beyond a limit).",
        ),
        _required("extractor_version", pa.string(), "Version of the extraction, and of the library behind it."),
        _required("rules_version", pa.string(), "Hash of the rule files that cleaned this row."),
        _column("templates_version", pa.string(), "Version of the learned site templates; null where none were applied."),
        *_SOURCE,
        _required("source_sha256", pa.string(), "SHA-256 of the page's bytes as they arrived."),
        _required("charset", pa.string(), "The charset that decoded the page."),
        _column("fetched_at", TIMESTAMP, "When the page was fetched, as the input says."),
        *_RUN,
    ],
)

REJECTED: Final = _dataset(
    "rejected",
    [
        _required("id", pa.string(), "The id that the article would have had."),
        _column("url", pa.string(), "The address that the input gave."),
        _column("site", pa.string(), "Registrable domain of url."),
        _required("stage", pa.string(), "Where it was rejected: read, extract, clean or publish."),
        _required("reason", pa.string(), "A closed set, see the data dictionary."),
        _required("detail", pa.string(), "One sentence on this page; may be empty."),
        _required("retryable", pa.bool_(), "Whether the same bytes may pass another time."),
        _column("duplicate_of", pa.string(), "Id of the article that this page repeats or that superseded it."),
        _column("similarity", pa.float64(), "Jaccard similarity to duplicate_of, 0 to 1."),
        _column("title", pa.string(), "The title, where one was found."),
        _column("text_sample", pa.string(), "The first 500 characters of the text, where some was found."),
        _required("char_count", pa.int64(), "Characters of text found."),
        *_SOURCE,
        _column("source_sha256", pa.string(), "SHA-256 of the page's bytes; null where they could not be read."),
        _required("elapsed_ms", pa.float64(), "CPU time spent on the page, in milliseconds."),
        _required("attempts", pa.int32(), "How often it was tried in the run."),
        _column("fetched_at", TIMESTAMP, "When the page was fetched, as the input says."),
        *_RUN,
    ],
)

REMOVED: Final = _dataset(
    "removed",
    [
        _required("id", pa.string(), "The article that the block was taken from."),
        _required("position", pa.int32(), "Place in the page's block order, from 0; positions not listed are kept."),
        _required("action", pa.string(), "dropped, cut (stood behind a line that ends the article) or moved."),
        _column("moved_to", pa.string(), "The column that now holds the block's text; null unless moved."),
        _required("kind", pa.string(), "What it was, e.g. newsletter: a closed set, see the data dictionary."),
        _required("layer", pa.string(), "rule, template, title_copy, structure or model."),
        _required("rule_id", pa.string(), "The rule or function that took it out, e.g. lang/en:donation-appeal."),
        _required("reason", pa.string(), "Why, in one sentence."),
        _column("matched_text", pa.string(), "The part of the block that the rule matched."),
        _column("support_pages", pa.int32(), "On how many pages of the site the block stands, for templates."),
        _required("text", pa.string(), "The whole block."),
        _column("site", pa.string(), "Registrable domain of the article."),
        _column("language", pa.string(), "Language of the article."),
        _required("rules_version", pa.string(), "Hash of the rule files."),
        _required("run_id", pa.string(), "The run that wrote this row."),
    ],
)

DATASETS: Final = {"articles": ARTICLES, "rejected": REJECTED, "removed": REMOVED}
