"""Whether an address that a page calls its own can be this article's alone: careless templates name a section, a script or the home page for all articles."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

MIN_SLUG_WORDS: Final = 3  # "ferry-is-back" names an article, "local-news" a section

_HOME_PATH: Final = re.compile(r"^/?(?:[a-z]{2}(?:[-_][a-z]{2})?(?:/|$))?(?:index\.\w{2,5}|home(?:page)?)?/?$", re.IGNORECASE)
_INDEX: Final = re.compile(r"/(?:(?:index|default)\.\w{2,5})?$", re.IGNORECASE)
_SCRIPT: Final = re.compile(r"/[^/]*\.(?:php\d?|aspx?|jspx?|cfm|cgi|pl|dll|do|exe)$", re.IGNORECASE)
# What stands behind an article's address where the same article is shown in another form, or another page of it.
_FORM: Final = re.compile(
    r"(?:amp|print\w*|drucken|druckversion|imprimir|imprimer|stampa|full|single|all|komplettansicht|mobile?|feed|trackback|comments?|kommentare|"
    r"gallery|photos?|fotos?|slideshow|(?:comment-)?(?:page|seite|pagina)[-/]?\d+|p?\d{1,2}|index)(?:\.\w{2,5})?",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"\d{4,}")
_DATE: Final = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:[0-3]\d)?)?")  # a folder's: of all that was published then
_WORD: Final = re.compile(r"[^\W_]+")
_LIST: Final = re.compile(
    r"/(?:news|blogs?|articles?|stor(?:y|ies)|posts?|archives?|pages?|nachrichten|artikel|aktuell|actualites?|noticias?|notizie|nieuws)/?$",
    re.IGNORECASE,
)
# Of parameters, as "name=value": what names an article, and what only says how to show it, to whom, and who sent the reader.
_NAMES_ARTICLE: Final = re.compile(
    r"(?:\w*id|no|nr|num|number|art|article|artikel|story|post|item|entry|doc\w*|key|slug|news|thread|topic)=.+|p=\d\d+|\d{3,}=", re.IGNORECASE
)
_SHOWS: Final = re.compile(
    r"(?:page|pg|pagina|seite|start|offset|print\w*|view|mode|output\w*|format|amp|mobile?|m|lang\w*|locale|l|hl|sort|order|ref\w*|src|source|from|via|"
    r"share\w*|social|comments?|replytocom|single\w*|full|theme|tmpl|layout|type|\w*cache|v|ver|version|highlight|[so]?q(?:uery)?|search|"
    r"\w*(?:sess|session|client|user|visitor|campaign)_?id)=.*",
    re.IGNORECASE,
)


def can_be_an_article(address: str) -> bool:
    """Returns whether an address may be an article's, for all that it says itself: it is no home page, no list's and no bare script's.

    >>> can_be_an_article("https://ledger.example/news/ferry"), can_be_an_article("https://ledger.example/story.php")
    (True, False)
    """
    parts = urlsplit(address)
    return bool(parts.query) or not (_is_list(address) or (_SCRIPT.search(parts.path) and not _has_name(parts.path)))


def may_stand_for(address: str, own: str) -> bool:
    """Returns whether an address may be that of the article at the page's `own`: no home page or list, no folder that it lies in, no script without its parameter.

    >>> may_stand_for("https://ledger.example/ferry", "https://ledger.example/ferry/amp")
    True
    >>> may_stand_for("https://ledger.example/news/", "https://ledger.example/news/ferry")
    False
    >>> may_stand_for("https://ledger.example/story.php", "https://ledger.example/story.php?id=4711")
    False
    """
    return (not _is_list(address) or _is_list(own)) and not _is_folder_of(address, own) and not _lacks_parameter(address, own)


def _is_list(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.query and (_HOME_PATH.match(parts.path) or _LIST.search(parts.path)) is not None


def _is_folder_of(address: str, own: str) -> bool:
    """Whether the page lies in the address as in a section; an article's own folder, such as /4711-ferry with /4711-ferry/amp, is none."""
    parts, folder = urlsplit(address), _bare_path(address)
    inside = _bare_path(own).removeprefix(f"{folder}/") if _bare_path(own).startswith(f"{folder}/") else ""
    return bool(inside) and not parts.query and not _FORM.fullmatch(inside) and not _has_number(folder.rsplit("/", 1)[-1])


def _lacks_parameter(address: str, own: str) -> bool:
    """Whether an address is the page's own without each of the parameters that name the article."""
    if _bare_path(address) != _bare_path(own) or _has_name(path := urlsplit(own).path):
        return False
    is_script = _SCRIPT.search(path) is not None
    naming = {pair for pair in _parameters(own) if not _SHOWS.fullmatch(pair) and (is_script or _NAMES_ARTICLE.fullmatch(pair))}
    return bool(naming) and naming.isdisjoint(_parameters(address))


def _parameters(address: str) -> set[str]:
    """The parameters, each as "name=value"."""
    return {f"{name}={value}" for name, value in parse_qsl(urlsplit(address).query, keep_blank_values=True)}


def _bare_path(address: str) -> str:
    return _INDEX.sub("", urlsplit(address).path)


def _has_name(path: str) -> bool:
    """Whether a path ends in an article's number or headline."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    return _has_number(last) or len(_WORD.findall(last.partition(".")[0])) >= MIN_SLUG_WORDS


def _has_number(name: str) -> bool:
    return any(not _DATE.fullmatch(number) for number in _NUMBER.findall(name))
