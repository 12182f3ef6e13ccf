"""`copydesk explain`: one page's blocks in order, kept and removed, with the reason for each; needs no Prefect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from pipeline.outcomes import clean_outcome, unreadable_outcome
from pipeline.pages import clean_draft
from pipeline.records import RawPage, Rejected, Removal, Skipped, Unreadable
from pipeline.report.html import page_html
from pipeline.report.page_view import PageView, ShownBlock, ShownField, draft_blocks
from pipeline.report.printable import printable
from pipeline.report.published import published_views
from pipeline.rules import load_rules
from pipeline.sandbox import Request, Sandbox
from pipeline.settings import Settings
from pipeline.sources import Ignored, InputError, find_files, plan_slices, read_slice
from pipeline.stages.metadata import site_of


def record_view(file: Path, record: str | None, settings: Settings, url: str | None = None) -> PageView:
    """Returns what becomes of a file's page, or of one record of a container, at `url` if that is given. Raises InputError where there is none such."""
    page = _find(file, record, settings)
    if isinstance(page, Unreadable):
        return PageView(outcome=unreadable_outcome(page))
    rules = load_rules(settings.rules)
    page = page if url is None else replace(page, url=url)
    sandbox = Sandbox()
    draft = sandbox.draft(Request(page=page, sites=rules.sites_to_select(site_of(page.url)), limits=settings.limits)).outcome
    sandbox.close()
    if isinstance(draft, Rejected):
        return PageView(outcome=draft)
    cleaned = clean_outcome(draft, lambda each: clean_draft(each, rules, min_words=settings.min_words))
    if isinstance(cleaned, Rejected):
        # Cleaned all the same, where it was only too short, to show what was taken out of it.
        anyway = clean_outcome(draft, lambda each: clean_draft(each, rules, min_words=0))
        removals = () if isinstance(anyway, Rejected) else anyway.removals
        return PageView(outcome=replace(cleaned, text_sample=None), blocks=draft_blocks(draft.blocks, removals))
    return PageView(outcome=cleaned.article, blocks=draft_blocks(draft.blocks, cleaned.removals))


def article_views(name: str, clean: Path) -> list[PageView]:
    """Returns the published article of this id, else the pages that were rejected under it. Raises InputError where there is none."""
    views = published_views(clean, name)
    if not views:
        raise InputError(f"{clean}: no article and no rejected page has the id {name!r}")
    return views


def show_views(views: Sequence[PageView], html: Path | None, console: Console) -> None:
    """Prints the pages, or writes them to a file as HTML and prints its path. Raises InputError where that has no folder."""
    if html:
        if not html.parent.is_dir():
            raise InputError(f"there is no folder {html.parent} to write {html.name} in")
        html.write_text(page_html(views), encoding="utf-8")
        console.print(str(html), highlight=False, markup=False, soft_wrap=True)
        return
    for view in views:
        _print_view(view, console)


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
        pieces = plan_slices(found, settings.columns)
        if isinstance(pieces, Ignored):
            raise InputError(f"{file}: {pieces.kind} is no page and no container of pages")
        for piece in pieces:
            yield from (record for record in read_slice(piece, settings.columns) if not isinstance(record, Skipped))


def _print_view(view: PageView, console: Console) -> None:
    for block in view.blocks:
        console.print(_removed_line(block, block.removal) if block.removal else _kept_line(block))
    if view.rejected:
        _print_rejected(view.rejected, console)
    if view.article:
        console.print(_metadata_table(view.fields))
        if view.article.site is None:
            console.print("The page's address is not known, so no site's own rules ran: --url gives it one.", style="yellow")
        flags = ", ".join(view.article.flags) or "none"
        console.print(
            f"{len(view.blocks)} blocks, {len(view.removals)} removed or moved; {view.article.word_count} words; flags: {flags}",
        )


def _print_rejected(page: Rejected, console: Console) -> None:
    detail = printable(page.detail) + (f" (see {page.duplicate_of})" if page.duplicate_of else "")
    console.print(Text.assemble(("rejected ", "bold red"), (page.reason.value, "bold red"), f" while {_verb(page.stage)}: {detail}"))
    if page.text_sample:
        console.print(Text(printable(page.text_sample), style="dim"))


def _verb(stage: str) -> str:
    return {"read": "reading", "extract": "extracting", "clean": "cleaning", "publish": "publishing"}[stage]


def _kept_line(block: ShownBlock) -> Text:
    return Text.assemble((f"{block.position:>4} ", "dim"), (f"{block.tag:<5} ", "cyan"), printable(block.text))


def _removed_line(block: ShownBlock, removal: Removal) -> Text:
    colour = "yellow" if removal.moved_to else "red"
    where = f"moved to {removal.moved_to}" if removal.moved_to else removal.action.value
    return Text.assemble(
        (f"{block.position:>4} ", "dim"),
        (f"{block.tag:<5} ", "cyan"),
        (printable(removal.text), f"{colour} strike"),
        (f"\n           ↳ {where}: {removal.kind} by {removal.rule_id}: {removal.reason}", colour),
        (f" (matched “{printable(removal.matched_text)}”)" if removal.matched_text else "", f"dim {colour}"),
    )


def _metadata_table(fields: Sequence[ShownField]) -> Table:
    table = Table("field", Column("value", overflow="fold"), "source", title="metadata", title_justify="left")
    for field in fields:
        table.add_row(field.name, Text(printable(field.value)), Text(printable(field.source)))
    return table
