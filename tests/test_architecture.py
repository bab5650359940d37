"""The order of the rooms, executed: imports go down, and only through the doors."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "exchange"
ORDER = (
    "core",
    "accounts|taxonomy",
    "practices",
    "search",
    "network",
    "moderation",
    "api",
    "notifications|front",
    "reactions",
    "cli",
)
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms.split("|")}
DOORS = {
    *("models", "service", "media", "history", "authorship", "sharing", "notes", "translating", "machine"),
    *("query", "engine", "indexing", "alerts"),
}
WIRING = {"cli", "reactions", "__init__"}  # may open any file below them
INSIDE = {"models": 0, "media": 1, "schema": 1, "service": 2, "forms": 3, "views": 4}
EXCEPTIONS = {
    # who: what, and why
    ("front", "practices.schema"): "the one table of fields, read by every page that shows a case",
    ("front", "practices.shown"): "how answers are put into words is the case's own business",
    ("moderation", "practices.shown"): "forms offer the words that readers see",
    ("moderation", "practices.schema"): "forms and readiness are generated from the table of fields",
    ("moderation", "practices.tables"): "tables that people send are read by the table of fields",
    ("api", "practices.schema"): "a case is told whole, by the table of fields",
    ("api", "practices.money"): "costs say the same to machines as to readers",
    ("api", "practices.pointers"): "what a case points to is said the same way everywhere",
    ("network", "practices.money"): "a cost reads the same in the network as in the case",
    ("network", "search.likeness"): "how like two cities are is said in one place",
    ("front", "search.places"): "a city is found by its name the same way everywhere",
    ("network", "practices.schema"): "cases are compared, and their evidence counted, by the table of fields",
    ("network", "practices.shown"): "and in the words that readers of a case see",
    ("search", "practices.schema"): "what is public and findable is said in the table of fields",
}


def modules():
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] not in ("migrations", "demo"):
            yield path, parts


def imports(path):
    """(module below exchange as dotted parts) of every import of ours in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("exchange"):
            base = node.module.split(".")[1:]
            for alias in node.names:
                yield resolve([*base, alias.name])
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("exchange."):
                    yield resolve(alias.name.split(".")[1:])


def resolve(parts):
    """The longest prefix that is a file or folder of the package."""
    while parts and not (
        (PACKAGE.joinpath(*parts)).is_dir() or PACKAGE.joinpath(*parts).with_suffix(".py").exists()
    ):
        parts = parts[:-1]
    return tuple(parts)


FOUND = [(parts, target) for path, parts in modules() for target in imports(path) if target]


@pytest.mark.parametrize("room", sorted({parts[0] for parts, _target in FOUND}))
def test_imports_go_down_and_through_the_doors(room):
    for parts, target in FOUND:
        if parts[0] == room:
            goes_down_through_a_door(parts, target)


def goes_down_through_a_door(parts, target):
    room, other = parts[0], target[0]
    if other == "config" or room == other or room in ("__init__", "wsgi"):
        return
    assert LEVEL[other] < LEVEL[room], (
        f"{'.'.join(parts)} imports {'.'.join(target)}: news goes up, imports go down"
    )
    if room in WIRING or other == "core" or len(target) == 1:
        return
    assert target[1] in DOORS or (room, ".".join(target[:2])) in EXCEPTIONS, (
        f"{'.'.join(parts)} opens {'.'.join(target)}, which is no door of {other}"
    )


def test_inside_a_room_views_stand_above_forms_above_services_above_models():
    for parts, target in FOUND:
        if len(parts) < 2 or len(target) < 2 or parts[0] != target[0]:
            continue
        mine, theirs = INSIDE.get(parts[1]), INSIDE.get(target[1])
        if mine is not None and theirs is not None:
            assert theirs <= mine, f"{'.'.join(parts)} imports {'.'.join(target)}"


def test_services_and_models_know_no_request_and_no_form():
    for path, parts in modules():
        if len(parts) < 2 or parts[1] not in ("service", "models") or parts[0] == "core":
            continue
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("flask")
            and node.module in ("flask", "flask_wtf", "wtforms")
            for alias in node.names
        }
        assert not names & {"request", "session", "redirect", "flash", "FlaskForm"}, ".".join(parts)


def test_every_room_says_what_it_is():
    for folder in sorted(PACKAGE.iterdir()):
        if folder.is_dir() and (folder / "__init__.py").exists():
            assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text())), folder.name


def test_every_room_has_its_tests():
    for room in LEVEL:
        if (PACKAGE / room).is_dir():
            assert list((PACKAGE.parent / "tests" / room).rglob("test_*.py")), f"tests/{room} is empty"
