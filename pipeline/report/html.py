"""The run report and the view of one page as self-contained HTML: no network, no script, and every text of a page escaped.

Nothing in the templates is ever marked safe; what pages say goes through `printable_lines` and then through jinja's escaping.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.records import Kind
from pipeline.report.figures import Figures
from pipeline.report.page_view import PageView
from pipeline.report.printable import printable_lines
from pipeline.report.summary import RUNS, Summary
from pipeline.versions import copydesk_version

PAGE_NAME: Final = "report.html"
_WEB: Final = frozenset({"http", "https"})
_PARTS: Final = re.compile(r"[^./:_-]*[./:_-]+|[^./:_-]+")  # of a name: each with the mark at its end


def write_report(summary: Summary, figures: Figures, clean: Path) -> Path:
    """Writes the run's report below `clean/_runs/`, beside its numbers, and returns its path."""
    path = clean / RUNS / summary.run_id / PAGE_NAME
    path.write_text(report_html(summary, figures), encoding="utf-8")
    return path


def delete_reports(clean: Path, ids: Collection[str]) -> None:
    """Deletes the reports that show one of these articles; the runs' numbers stay."""
    for path in sorted((clean / RUNS).glob(f"*/{PAGE_NAME}")):
        text = path.read_text(encoding="utf-8")
        if any(name in text for name in ids):
            path.unlink()


def report_html(summary: Summary, figures: Figures) -> str:
    """Returns the report of a run as a page."""
    return _rendered("report.html.j2", summary=summary, figures=figures)


def page_html(views: Sequence[PageView]) -> str:
    """Returns what became of a page as a page of its own: its article, or each time that it was rejected."""
    return _rendered("page.html.j2", views=views, version=copydesk_version())


def web_address(url: str | None) -> str | None:
    """Returns the address where a browser may follow it: `javascript:` and the like are no links."""
    try:
        return url if url and urlsplit(url).scheme.lower() in _WEB else None
    except ValueError:  # such as a broken IPv6 address
        return None


def _rendered(template: str, **values: object) -> str:
    style = _ENVIRONMENT.get_template("style.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _ENVIRONMENT.get_template(template).render(values, style_digest=digest)


def _shown(value: object) -> object:
    return printable_lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _breakable(name: str) -> Markup:
    """The name, escaped; a narrow column breaks it between its parts, not within a word."""
    return Markup("<wbr>").join(_PARTS.findall(printable_lines(name)))


def _share(part: float, whole: float) -> float:
    """Percent, 0 to 100."""
    return round(100 * part / whole, 1) if whole else 0.0


_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("pipeline.report"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_shown,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=False,
)
_ENVIRONMENT.filters |= {"breakable": _breakable, "share": _share, "web_address": web_address}
_ENVIRONMENT.globals |= {"kinds": [kind.value for kind in Kind]}
