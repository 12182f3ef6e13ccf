"""The records that flow: RawPage -> Draft -> Article or Rejected, and a Removal for each block taken out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class SourceFormat(StrEnum):
    """What kind of input a page was read from."""

    HTML = "html"
    TEXT = "text"
    WARC = "warc"
    JSONL = "jsonl"
    PARQUET = "parquet"


class Media(StrEnum):
    """What a page's bytes hold."""

    HTML = "html"
    TEXT = "text"


class Reason(StrEnum):
    """Why a page has no article. A closed set: consumers count by it."""

    BROKEN_RECORD = "broken_record"  # the container holds something here, but it can't be read
    NO_BODY = "no_body"  # a row or line whose body is missing or empty
    EMPTY = "empty"  # a page of nothing but white space
    BINARY = "binary"  # an image, a PDF, an archive: not a page of text
    TOO_LARGE = "too_large"  # more bytes than `limits.page_bytes`
    TOO_MANY_TAGS = "too_many_tags"  # more than `limits.tags`
    TOO_MANY_ELEMENTS = "too_many_elements"  # more than `limits.elements`
    TOO_WIDE = "too_wide"  # an element with more children than `limits.children`
    TOO_DEEP = "too_deep"  # elements in more than `limits.nesting` others, also without those that only box and style
    CPU_LIMIT = "cpu_limit"  # it took more than `limits.cpu_seconds`, or a rule took too long on a line of it
    TIMEOUT = "timeout"  # it took more than `limits.wall_seconds`
    OUT_OF_MEMORY = "out_of_memory"  # it took more than `limits.memory_bytes`
    NO_CONTENT = "no_content"  # a page, but no article was found on it
    NEEDS_JAVASCRIPT = "needs_javascript"  # a shell that a browser would fill
    ERROR_PAGE = "error_page"  # "404 not found", "access denied", a robot check
    TOO_SHORT = "too_short"  # less text than `min_words`
    SUPERSEDED = "superseded"  # another page with the same id is newer by its data
    DUPLICATE = "duplicate"  # it tells what another article tells, which was published or fetched earlier
    WITHDRAWN = "withdrawn"  # somebody had it taken down; the detail says why
    CRASHED = "crashed"  # a bug of ours or of a parser: please report it with the page


class Duplicates(StrEnum):
    """What is to become of an article that repeats another."""

    REJECT = "reject"  # a row of `rejected`
    MARK = "mark"  # a row of `articles` that names the other one
    KEEP = "keep"  # a row of `articles` like any other


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Which article another repeats, and how much alike the two are, 0 to 1."""

    duplicate_of: str
    similarity: float


SAMPLE_CHARACTERS = 500  # of the text, in rejected rows
# The machine's doing, perhaps, and not the page's: nothing that such an extraction gave serves another run.
PASSING_REASONS = frozenset({Reason.CRASHED, Reason.TIMEOUT, Reason.OUT_OF_MEMORY})
RETRYABLE_REASONS = PASSING_REASONS | {Reason.BROKEN_RECORD}
# Beyond these a page is extracted again, in a cheaper way.
LIMIT_REASONS = frozenset(
    {
        Reason.TOO_LARGE,
        Reason.TOO_MANY_TAGS,
        Reason.TOO_MANY_ELEMENTS,
        Reason.TOO_WIDE,
        Reason.TOO_DEEP,
        Reason.CPU_LIMIT,
        Reason.TIMEOUT,
        Reason.OUT_OF_MEMORY,
    }
)


class Kind(StrEnum):
    """What a removed or moved block was. The closed set behind `removed.kind` and a rule's `kind`."""

    DONATION = "donation"
    NEWSLETTER = "newsletter"
    FEEDBACK_WIDGET = "feedback_widget"
    INLINE_READ_MORE = "inline_read_more"
    LIST_HEADING = "list_heading"
    SHARE_FOLLOW = "share_follow"
    COMMENTS_UI = "comments_ui"
    COOKIE_CONSENT = "cookie_consent"
    PAYWALL = "paywall"
    AD_LABEL = "ad_label"
    AFFILIATE_DISCLOSURE = "affiliate_disclosure"
    APP_PROMO = "app_promo"
    PHOTO_CREDIT = "photo_credit"
    BYLINE_BIO = "byline_bio"
    COPYRIGHT = "copyright"
    TAGS_BREADCRUMB = "tags_breadcrumb"
    DATELINE_META = "dateline_meta"
    PLAYER_EMBED = "player_embed"
    CONTACT_TIPS = "contact_tips"
    SYNDICATION_AI_NOTICE = "syndication_ai_notice"
    TITLE_COPY = "title_copy"
    STANDFIRST = "standfirst"
    CAPTION = "caption"
    RELATED_STORY = "related_story"
    NOT_ARTICLE = "not_article"  # the model's: more than that is not known


class Action(StrEnum):
    """What happened to a block that is not in the text."""

    DROPPED = "dropped"
    CUT = "cut"  # stood behind a line that ends the article
    MOVED = "moved"  # its text lives on in a field of the article


class Layer(StrEnum):
    """Which part of the pipeline took a block out."""

    RULE = "rule"
    TEMPLATE = "template"
    TITLE_COPY = "title_copy"
    STRUCTURE = "structure"
    MODEL = "model"


class Flag(StrEnum):
    """What a reader of an article row should know. A closed set."""

    MOJIBAKE_REPAIRED = "mojibake_repaired"
    CHARSET_GUESSED = "charset_guessed"
    UNDECODABLE_BYTES = "undecodable_bytes"  # some bytes did not fit the charset; each became U+FFFD
    DATE_WITHOUT_OFFSET = "date_without_offset"
    SITE_TIME_ZONE = "site_time_zone"  # the time of publication had no offset; it was read in the zone that the site's file names
    CANONICAL_REFUSED = "canonical_refused"  # rel=canonical pointed at a home page or another domain
    MOSTLY_BOILERPLATE = "mostly_boilerplate"  # cleaning wanted most of the text, so the text was kept
    SYNDICATED_OR_GENERATED = "syndicated_or_generated"
    EXTRACTION_INTERRUPTED = "extraction_interrupted"  # it ran out of time or memory, and this is what the cheaper one gave
    META_CUT = "meta_cut"  # a <meta> element's attribute was longer than `limits.attribute_characters`
    JSON_LD_UNREAD = "json_ld_unread"  # a block of JSON-LD was longer than `limits.json_ld_characters`, or no JSON even after repairs
    NESTING_FLATTENED = "nesting_flattened"  # elements stood in more than `limits.nesting` others: it was read without those that only box and style


class MetaField(StrEnum):
    """A metadata field that candidates compete for, by the name of its column."""

    TITLE = "title"
    STANDFIRST = "standfirst"
    DESCRIPTION = "description"
    AUTHOR = "authors"
    BYLINE = "byline_raw"
    DATE_PUBLISHED = "date_published"
    DATE_MODIFIED = "date_modified"
    CANONICAL_URL = "canonical_url"
    SITE_NAME = "site_name"
    SECTION = "section"
    KEYWORD = "keywords"
    ARTICLE_TYPE = "article_type"
    LANGUAGE = "language"
    ACCESSIBLE_FOR_FREE = "is_accessible_for_free"
    PAYWALL = "paywall_detected"
    IMAGE = "images"  # only of a site's rule file: what pages show are `Image`s


class Reject(Exception):  # noqa: N818 - an outcome of a page, not an error of the program
    """Raised by the stage that finds a page unfit; one place turns it into a row."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a page was read: the file (relative to RAW, POSIX), its format, and the record's own id in it."""

    uri: str
    format: SourceFormat
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """One page as it arrived. `charset` is what HTTP or a sidecar declared, not what the page says of itself."""

    origin: Origin
    media: Media
    body: bytes
    url: str | None = None
    fetched_at: datetime | None = None  # always with an offset
    charset: str | None = None

    @property
    def sha256(self) -> str:
        """The hex digest of the body's bytes."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record that a reader could not turn into a page."""

    origin: Origin
    reason: Reason
    detail: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A record that is no page (a WARC request, an image): counted by kind, no row."""

    kind: str


Record = RawPage | Unreadable | Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of a page's body, as the extractor gave it and before our own layers."""

    tag: str  # p, h1..h6, li, quote, pre, row (of a table), caption, line (of a plain text)
    text: str  # NFC, white space collapsed, no blank lines inside
    link_share: float = 0.0  # share of the characters that are link text, 0 to 1
    links: tuple[str, ...] = ()
    score: float = 1.0  # how likely the model holds it to be text of the article, 0 to 1
    doubts: tuple[str, ...] = ()  # what speaks against it, the strongest first; empty where the score is high


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One value that a source proposes for a field, raw, e.g. ("title", "og:title", "Mayor resigns | The Ledger")."""

    field: MetaField
    source: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that belongs to the article."""

    url: str | None = None
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What extraction read off one page: all that cleaning needs, so that a changed rule parses no HTML."""

    origin: Origin
    media: Media
    sha256: str
    url: str | None
    fetched_at: datetime | None
    charset: str
    extractor: str
    blocks: tuple[Block, ...]
    candidates: tuple[Candidate, ...] = ()
    images: tuple[Image, ...] = ()
    language: str | None = None  # BCP-47, detected on the text
    language_confidence: float | None = None
    flags: frozenset[Flag] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A block that is not in the text, and why. Kept and removed blocks, by position, are the draft's blocks."""

    position: int
    action: Action
    kind: Kind
    layer: Layer
    rule_id: str
    reason: str  # one sentence
    text: str
    moved_to: str | None = None
    matched_text: str | None = None
    support_pages: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A clean article: a row of the `articles` dataset but for what the run adds (see `store.schema`)."""

    id: str
    url: str | None
    canonical_url: str | None
    host: str | None
    site: str | None
    site_name: str | None
    title: str | None
    standfirst: str | None
    description: str | None
    text: str
    authors: tuple[str, ...]
    byline_raw: str | None
    date_published: datetime | None
    date_published_day: date | None
    date_published_precision: str | None
    date_published_raw: str | None
    date_modified: datetime | None
    language: str | None
    language_confidence: float | None
    section: str | None
    keywords: tuple[str, ...]
    article_type: str | None
    images: tuple[Image, ...]
    is_accessible_for_free: bool | None
    paywall_detected: bool
    flags: tuple[Flag, ...]
    word_count: int
    removed_block_count: int
    content_hash: str
    simhash: int
    field_sources: dict[str, str | None] = field(default_factory=dict)
    extractor: str
    origin: Origin
    source_sha256: str
    charset: str
    fetched_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A page that gave no article: a row of the `rejected` dataset but for what the run adds."""

    id: str
    url: str | None
    site: str | None
    stage: str
    reason: Reason
    detail: str
    origin: Origin
    source_sha256: str | None
    fetched_at: datetime | None = None
    duplicate_of: str | None = None
    similarity: float | None = None
    title: str | None = None
    text_sample: str | None = None
    char_count: int = 0
    elapsed_ms: float = 0.0
    attempts: int = 1
