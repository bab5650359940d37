"""A form as a browser without scripts would send it: what stands in its fields, and what is changed."""

import re
from html import unescape
from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class Paper(HTMLParser):
    """Collects the successful controls of the page's main form, without buttons."""

    def __init__(self):
        super().__init__()
        self.values = MultiDict()
        self.buttons = []
        self.select = self.textarea = None
        self.inside = 0

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form" and a.get("method") == "post":
            self.inside += 1
        if not self.inside:
            return
        name = a.get("name")
        if tag == "input" and name and a.get("type") != "file":
            if a.get("type") not in ("checkbox", "radio") or "checked" in a:
                self.values.add(name, a.get("value", ""))
        elif tag == "textarea":
            self.textarea, self.text = name, ""
        elif tag == "select":
            self.select = name
            self.first = None
            self.chosen = None
        elif tag == "option" and self.select:
            self.first = a["value"] if self.first is None else self.first
            if "selected" in a:
                self.chosen = a["value"]
        elif tag == "button" and name:
            self.buttons.append((name, a.get("value")))

    def handle_data(self, data):
        if self.textarea:
            self.text += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.textarea:
            self.values.add(self.textarea, self.text.removeprefix("\r\n").removeprefix("\n"))
            self.textarea = None
        elif tag == "select" and self.select:
            self.values.add(self.select, self.first if self.chosen is None else self.chosen)
            self.select = None
        elif tag == "form" and self.inside:
            self.inside -= 1


def read(response):
    paper = Paper()
    paper.feed(response.text)
    return paper


def filled(response, changes=None, **more):
    """The page's form with some fields changed; a list stands for several values, None takes a field out."""
    values = read(response).values
    for name, value in {**(changes or {}), **more}.items():
        values.poplist(name)
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                values.add(name, one)
    return values


def send(client, address, changes=None, **more):
    """Open the page, change some fields, press a button (`do='save'`); the answer to that."""
    page = client.get(address)
    assert page.status_code == 200, page.status
    return client.post(address, data=filled(page, changes, **more))


def error_at(response, name):
    """The message at the field of that id, or ''."""
    found = re.search(rf'id="{re.escape(name)}-error">(.*?)</p>', response.text, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>|▲", "", found[1])).strip() if found else ""
