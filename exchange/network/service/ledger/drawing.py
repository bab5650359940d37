"""A family as a drawing: boxes in columns, a column for each generation, lines from older to younger.

Whatever is drawn here is said in words by the table beneath it.
"""

from dataclasses import dataclass

from exchange.practices import money

WIDTH, HEIGHT = 168, 60  # px of a box
ACROSS, DOWN, EDGE = 46, 16, 2  # px between boxes, and around them


@dataclass(frozen=True)
class Box:
    member: object
    x: float
    y: float

    @property
    def middle(self):
        return self.y + HEIGHT / 2


@dataclass(frozen=True)
class Line:
    link: object
    path: str


@dataclass(frozen=True)
class Drawing:
    boxes: list
    lines: list
    width: int
    height: int
    box_width: int = WIDTH
    box_height: int = HEIGHT


def draw(family):
    """The Drawing of a family."""
    boxes = {
        one.key: Box(one, place(one.column, WIDTH, ACROSS), place(one.row, HEIGHT, DOWN))
        for one in family.members
    }
    lines = [Line(link, path(boxes[link.parent.key], boxes[link.child.key])) for link in family.links]
    width = place(family.columns, WIDTH, ACROSS) - ACROSS + EDGE
    return Drawing(list(boxes.values()), lines, width, place(family.rows, HEIGHT, DOWN) - DOWN + EDGE)


def place(number, size, between):
    return round(EDGE + number * (size + between), 1)


def path(older, younger):
    """A line from the right edge of the one to the left edge of the other."""
    start, end = older.x + WIDTH, younger.x
    middle = round(start + ACROSS / 2, 1)
    return f"M{start} {older.middle}H{middle}V{younger.middle}H{end}"


def cost_of(transfer):
    """What it cost the adopting city, as a money.Cost in its own currency and per head; None where untold."""
    if not transfer.cost.get("amount"):
        return None
    return money.cost_of(transfer.cost, money.residents(transfer.city), None)
