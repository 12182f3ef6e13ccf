"""`copydesk explain`: one page's blocks in order, kept and removed, with the reason for each; needs no Prefect."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.outcomes import clean_outcome, extract_outcome, unreadable_outcome
from pipeline.pages import Cleaned, clean_draft, draft_page
from pipeline.records import Article, Draft, RawPage, Rejected, Removal, Skipped, Unreadable
from pipeline.rules import load_rules
from pipeline.settings import Settings
from pipeline.sources import Ignored, InputError, find_files, plan_slices, read_slice

_SHOWN_FIELDS = (
    "id", "canonical_url", "site_name", "title", "standfirst", "description", "authors", "byline_raw", "date_published", "date_published_day",
    "date_published_raw", "date_modified", "language", "section", "keywords", "article_type", "is_accessible_for_free", "paywall_detected", "images",
)  # fmt: skip

_HARMLESS: Final = frozenset("\t\n\u200c\u200d")  # the last two part and join letters, as Persian and Hindi want them


def explain_record(file: Path, record: str | None, settings: Settings, console: Console, url: str | None = None) -> None:
    """Prints what becomes of a file's page, or of one record of a container, at `url` if that is given. Raises InputError where there is none such."""
    page = _find(file, record, settings)
    if isinstance(page, Unreadable):
        _print_rejected(unreadable_outcome(page), console)
        return
    rules = load_rules(settings.rules)
    draft = extract_outcome(page if url is None else replace(page, url=url), lambda each: draft_page(each, rules))
    if isinstance(draft, Rejected):
        _print_rejected(draft, console)
        return
    cleaned = clean_outcome(draft, lambda each: clean_draft(each, rules, min_words=settings.min_words))
    if isinstance(cleaned, Rejected):
        # Cleaned all the same, where it was only too short, to show what was taken out of it.
        anyway = clean_outcome(draft, lambda each: clean_draft(each, rules, min_words=0))
        _print_blocks(draft, () if isinstance(anyway, Rejected) else anyway.removals, console)
        _print_rejected(replace(cleaned, text_sample=None), console)
        return
    _print_article(draft, cleaned, console)


def _find(file: Path, record: str | None, settings: Settings) -> RawPage | Unreadable:
    numbered = enumerate(_records(file, settings))
    page = next((page for number, page in numbered if record in {None, page.origin.record, str(number)}), None)
    if page is None:
        raise InputError(
            f"{file}: no record {record!r}; --record takes the record's own id or its number from 0" if record else f"{file}: holds no page"
        )
    return page


def _records(file: Path, settings: Settings) -> Iterator[RawPage | Unreadable]:
    for found in find_files([file]):
        pieces = plan_slices(found, settings.columns, batch_pages=settings.batch_pages)
        if isinstance(pieces, Ignored):
            raise InputError(f"{file}: {pieces.kind} is no page and no container of pages")
        for piece in pieces:
            yield from (record for record in read_slice(piece, settings.columns) if not isinstance(record, Skipped))


def _print_rejected(page: Rejected, console: Console) -> None:
    console.print(Text.assemble(("rejected ", "bold red"), (page.reason.value, "bold red"), f" while {_verb(page.stage)}: {printable(page.detail)}"))
    if page.text_sample:
        console.print(Text(printable(page.text_sample), style="dim"))


def _verb(stage: str) -> str:
    return {"read": "reading", "extract": "extracting", "clean": "cleaning"}[stage]


def _print_article(draft: Draft, cleaned: Cleaned, console: Console) -> None:
    _print_blocks(draft, cleaned.removals, console)
    article = cleaned.article
    console.print(_metadata_table(article))
    console.print(
        f"{len(draft.blocks)} blocks, {len(cleaned.removals)} removed or moved; {article.word_count} words; flags: {', '.join(article.flags) or 'none'}"
    )


def _print_blocks(draft: Draft, removed: Iterable[Removal], console: Console) -> None:
    removals = {removal.position: removal for removal in removed}
    for position, block in enumerate(draft.blocks):
        removal = removals.get(position)
        if removal is None:
            console.print(Text.assemble((f"{position:>4} ", "dim"), (f"{block.tag:<5} ", "cyan"), printable(block.text)))
        else:
            console.print(_removed_line(removal, block.tag))


def _removed_line(removal: Removal, tag: str) -> Text:
    colour = "yellow" if removal.moved_to else "red"
    where = f"moved to {removal.moved_to}" if removal.moved_to else removal.action.value
    return Text.assemble(
        (f"{removal.position:>4} ", "dim"),
        (f"{tag:<5} ", "cyan"),
        (printable(removal.text), f"{colour} strike"),
        (f"\n           ↳ {where}: {removal.kind} by {removal.rule_id}: {removal.reason}", colour),
        (f" (matched “{printable(removal.matched_text)}”)" if removal.matched_text else "", f"dim {colour}"),
    )


def _metadata_table(article: Article) -> Table:
    table = Table("field", "value", "source", title="metadata", title_justify="left")
    for name in _SHOWN_FIELDS:
        value = getattr(article, name)
        table.add_row(name, Text(printable(_shown(value))), Text(printable(article.field_sources.get(name) or "")))
    return table


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(_shown(each) for each in value)
    if value is None or isinstance(value, str):
        return value or ""
    names = [field.name for field in fields(value)] if hasattr(value, "__dataclass_fields__") else []  # type: ignore[arg-type]  # checked right here
    return ", ".join(f"{name}: {getattr(value, name)}" for name in names if getattr(value, name)) if names else str(value)


def printable(text: str) -> str:
    """Returns the text without what could steer a terminal: control characters and marks that turn the direction of writing."""
    return "".join(" " if char in "\t\n" else char for char in text if char in _HARMLESS or unicodedata.category(char) not in {"Cc", "Cf"})
