"""A page as people see it: wide and narrow, light and dark. Axe finds nothing, nothing scrolls sideways."""

import json
import re
from hashlib import sha256

from tests.browser.conftest import Visit

ALL_RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
DRESSES = {  # width, scheme → the rules whose answer differs there
    (1280, "light"): ALL_RULES,
    (320, "light"): ALL_RULES,
    (320, "dark"): COLOURS,
    (1280, "dark"): COLOURS,
}
HEIGHTS = {1280: 900, 320: 640}
SECRETS = re.compile(r'(name="csrf_token" value=")[^"]+|hl=\w\w')


class Looker:
    """Walks through pages as one person and notes what is wrong."""

    def __init__(self, chromium, server, name, seen):
        self.visit = Visit(chromium, server, name, reduced_motion="reduce")
        self.page, self.seen, self.found = self.visit.page, seen, []

    def look(self, address, language, dresses):
        """Open it once and change clothes; what somebody was shown just so is not looked at twice."""
        self.page.goto(f"{address}{'&' if '?' in address else '?'}hl={language}")
        main = SECRETS.sub(r"\1", self.page.locator("main").inner_html())
        if self.seen.get(known := sha256(f"{language}{main}".encode()).digest(), set()) >= set(dresses):
            return
        self.seen.setdefault(known, set()).update(dresses)
        self.page.evaluate(axe_script())
        for width, scheme in dresses:
            self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            self.page.emulate_media(color_scheme=scheme)
            self.found += [
                f"{language} {width} {scheme} {address}: {one}" for one in self.faults(width, scheme)
            ]

    def faults(self, width, scheme):
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        options = {"runOnly": DRESSES[width, scheme], "resultTypes": ["violations"]}
        wrong = self.page.evaluate(f"axe.run({json.dumps(options)}).then(all => all.violations)")
        told = [f"{one['id']} {[node['target'] for node in one['nodes']][:3]}" for one in wrong]
        return [f"{wide} px wide"] * (wide > width) + told

    def close(self):
        """Everything that was wrong, the stumbling of scripts too."""
        self.visit.close()
        expected = ("404", "status of 4")  # pages that say no
        return self.found + [
            fault for fault in self.visit.faults if not any(one in fault for one in expected)
        ]


def axe_script():
    from axe_playwright_python.base import AXE_SCRIPT

    return AXE_SCRIPT
