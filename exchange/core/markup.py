"""What people typed, made safe to show: Markdown to clean HTML, and to plain text."""

import re
from functools import lru_cache
from html import unescape

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {
    "p",
    "br",
    "em",
    "strong",
    "ul",
    "ol",
    "li",
    "a",
    "blockquote",
    "h3",
    "h4",
    "h5",
    "code",
    "pre",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "hr",
    "del",
}
SCHEMES = {"http", "https", "mailto"}
SPACES = re.compile(r"\s+")
HEADING = re.compile(r"<h([1-6])>")
HEADING_TAG = re.compile(r"<(/?)h([1-6])>")

parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])


@lru_cache(maxsize=512)
def render(text):
    """Markdown → Markup that holds no script, no style, no image, no heading above h3."""
    html = lower_headings(parser.render(text or ""))
    return Markup(
        nh3.clean(
            html,
            tags=TAGS,
            attributes={"a": {"href"}},
            url_schemes=SCHEMES,
            link_rel="nofollow noopener ugc",
            attribute_filter=only_absolute,
        )
    )


def plain(text):
    """Markdown → one line of text, for the search index, summaries and feeds."""
    html = re.sub(r"<(?:/p|/li|/h\d|/td|br)>", " ", parser.render(text or ""))
    return SPACES.sub(" ", unescape(nh3.clean(html, tags=set()))).strip()


def lower_headings(html):
    """The levels that a text uses become h3, h4, h5: none outranks those of the page, none is skipped."""
    used = sorted(set(HEADING.findall(html)))
    return HEADING_TAG.sub(lambda m: f"<{m[1]}h{min(3 + used.index(m[2]), 5)}>", html)


def only_absolute(tag, name, value):
    """Links lead to a web or mail address; '//evil' and paths into our own pages are dropped."""
    if name != "href":
        return value
    return value if re.match(r"(https?://|mailto:)[^\s]", value, re.IGNORECASE) else None


def is_web_address(text):
    return bool(re.fullmatch(r"https?://[^\s/$.?#][^\s]*", text or "", re.IGNORECASE))
