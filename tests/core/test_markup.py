"""What people type comes out clean, whatever it was."""

import re

import pytest

from exchange.core.markup import is_web_address, plain, render

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](//evil.example)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "<svg/onload=alert(1)>",
    "<a href='https://ok.example' onclick='x()'>a</a>",
    "![x](https://evil.example/pixel.png)",
    "<style>*{display:none}</style>",
    "<iframe src=https://evil.example></iframe>",
    "[x](vbscript:msgbox)",
    "[x](\tjavascript:alert(1))",
    "<math><mtext></form><form><mglyph><style></math>",
    "[x](  jAvAsCrIpT:alert(1))",
    "<p style='background:url(x)'>y</p>",
    '<a name=n href="\x01javascript:x">z</a>',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_leaves_no_tag_that_acts(text):
    html = render(text)
    assert not re.search(r"<(script|img|svg|style|iframe|form|math|object)", html, re.IGNORECASE)
    assert not re.search(r"<[^>]+\son\w+=|<[^>]+\sstyle=", html, re.IGNORECASE)
    for href in re.findall(r'<a [^>]*href="([^"]*)"', html):
        assert href.startswith(("https://", "http://", "mailto:"))


def test_a_link_keeps_its_address_and_tells_robots_that_it_is_not_ours():
    assert render("[city](https://city.example/a)") == (
        '<p><a href="https://city.example/a" rel="nofollow noopener ugc">city</a></p>\n'
    )


def test_headings_never_outrank_those_of_the_page():
    assert render("# One\n\n## Two") == "<h3>One</h3>\n<h4>Two</h4>\n"


def test_a_text_that_begins_with_lesser_headings_skips_no_level():
    assert render("### One\n\n##### Two\n\n###### Three") == "<h3>One</h3>\n<h4>Two</h4>\n<h5>Three</h5>\n"


def test_plain_text_keeps_every_word_and_no_tag():
    assert plain("# One\n\n* two **three**\n* four & <b>five</b>") == "One two three four & <b>five</b>"


@pytest.mark.parametrize(
    "text,good",
    [
        ("https://a.example/x", True),
        ("http://a.example", True),
        ("//a.example", False),
        ("javascript:x", False),
        ("https://", False),
    ],
)
def test_only_web_addresses_count_as_such(text, good):
    assert is_web_address(text) is good
