"""Three ways to use a page: with a mouse, with keys alone, and with a mouse where scripts do not run.

A journey is told once and played by each of them.
"""

FAR = 600  # as many stops between two places of a page are not told apart from a trap
WHERE = """target => {
    const now = document.activeElement;
    if (now === target) return 0;
    return now && now !== document.body && target.compareDocumentPosition(now) & 4 ? -1 : 1;
}"""
SAME_GROUP = (
    "target => document.activeElement?.name === target.name && document.activeElement.type === 'radio'"
)


class Mouse:
    """Clicks, and types into what was clicked. A native list opens outside of the page, so it is set."""

    options = {}

    def __init__(self, visit):
        self.page = visit.page

    def go(self, address):
        self.page.goto(address)
        return self

    def find(self, selector):
        return self.page.locator(selector).locator("visible=true").first

    def come_to(self, target):
        target.click()

    def touch(self, selector):
        self.find(selector).click()

    def press(self, selector):
        """Press something and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.touch(selector)

    def answer(self, answers, within="main"):
        """Fields by their names: words are written, lists chosen from, the values of a Python list ticked."""
        for name, value in answers.items():
            if isinstance(value, list):
                for one in value:
                    self.tick(self.page.locator(f'{within} [name="{name}"][value="{one}"]'))
                continue
            field = self.page.locator(f'{within} [name="{name}"]').first
            if field.evaluate("field => field.tagName") == "SELECT":
                self.choose(field, value)
            else:
                self.write(field, value)

    def write(self, field, words):
        self.come_to(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(words)
        assert field.input_value() == words

    def choose(self, field, value):
        field.select_option(value)

    def tick(self, box):
        """Tick it, or take the tick away; its label lies over it, or around it."""
        name = box.get_attribute("id")
        (self.page.locator(f'label[for="{name}"]').first if name else box).click()

    def says(self, words):
        return self.page.get_by_text(words).count() > 0


class Keys(Mouse):
    """Tab, Shift+Tab, Enter, Space and arrows. Nothing is ever clicked."""

    def come_to(self, target):
        """Tab there; what cannot be reached, or holds the focus, fails here."""
        handle = target.element_handle()
        for _ in range(FAR):
            side = handle.evaluate(WHERE)
            if side == 0:
                return
            self.page.keyboard.press("Tab" if side > 0 else "Shift+Tab")
        raise AssertionError(f"no way to {target} by keyboard")

    def touch(self, selector):
        self.come_to(self.find(selector))
        self.page.keyboard.press("Enter")

    def choose(self, field, value):
        self.come_to(field)
        self.page.keyboard.press("Home")
        for _ in range(FAR):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no way to choose {value} by keyboard")

    def tick(self, box):
        if box.get_attribute("type") == "radio":
            self.turn_to(box)
        else:
            self.come_to(box)
            self.page.keyboard.press("Space")

    def turn_to(self, box):
        """Tab into the group, then arrows until it is the one."""
        handle = box.element_handle()
        for _ in range(FAR):
            if handle.evaluate("box => box.checked"):
                return
            inside = handle.evaluate(SAME_GROUP)
            self.page.keyboard.press(
                "ArrowDown" if inside else "Tab" if handle.evaluate(WHERE) >= 0 else "Shift+Tab"
            )
        raise AssertionError(f"no way to {box} by keyboard")


class Plain(Mouse):
    """A browser that runs no script."""

    options = {"java_script_enabled": False}


HANDS = {"by mouse": Mouse, "by keyboard alone": Keys, "without JavaScript": Plain}
