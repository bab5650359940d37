"""`exchange import`: whole files of cases from elsewhere, with the dirt that they bring."""

import pytest
from sqlalchemy import func, select

from exchange.core.journal import AuditLine, News
from exchange.core.models import db
from exchange.moderation.models import Decision, Review
from exchange.practices.models import Practice, Revision
from tests import cast
from tests.practices.test_imports import RECORD

MODERATOR = ["--approve-as", "bruno@cast.example"]


@pytest.fixture
def shell(shell):
    def people():
        cast.vocabulary()
        return cast.bruno(), cast.chloe(), cast.person("Nora", "moderator", city="porto")

    shell.act(people)
    return shell


def record(number, **changes):
    return {**RECORD, "source_id": str(number), **changes}


def states():
    return sorted(db.session.scalars(select(Revision.state)))


def everything():
    """How many rows stand in each table that an import writes to."""
    tables = (Practice, Revision, Review, Decision, AuditLine, News)
    return [db.session.scalar(select(func.count()).select_from(one)) for one in tables]


def test_imported_cases_wait_for_review(shell):
    said = shell.done("import", shell.write("cases.jsonl", record(1), record(2)))
    assert said == "2 new, 0 changed, 0 same, 0 under review, 0 refused.\n"
    assert shell.ask(states) == ["submitted", "submitted"]
    assert shell.ask(lambda: db.session.scalars(select(Review.reviewer_id)).all()) == [None, None]


def test_with_a_moderator_each_approval_is_recorded_through_the_import_gate(shell):
    shell.done("import", shell.write("cases.jsonl", record(1), record(2)), *MODERATOR)

    def decisions():
        found = db.session.scalars(select(Decision)).all()
        return [(one.verdict, one.gate, one.by.name, one.content_hash) for one in found], [
            one.review.revision.approved_hash for one in found
        ]

    told, hashes = shell.ask(decisions)
    assert told == [("approve", "I", "Bruno", one) for one in hashes] and len(told) == 2
    assert shell.ask(states) == ["published", "published"]
    shell.done("work", "--once")
    shell.done("reindex", "--verify")


def test_only_a_moderator_approves(shell):
    path = shell.write("cases.jsonl", record(1))
    assert "is no moderator" in shell.refused("import", path, "--approve-as", "chloe@cast.example")
    assert "Nobody here" in shell.refused("import", path, "--approve-as", "nobody@cast.example")
    assert "No such file" in shell.refused("import", str(shell.folder / "nothing.jsonl"))
    assert shell.ask(states) == []


def test_importing_twice_changes_nothing(shell):
    path = shell.write("cases.jsonl", *(record(number) for number in range(5)))
    shell.done("import", path, *MODERATOR)
    before = shell.ask(everything)
    assert "0 new, 0 changed, 5 same" in shell.done("import", path, *MODERATOR)
    assert "0 new, 0 changed, 5 same" in shell.done("import", path)
    assert shell.ask(everything) == before


def test_a_changed_record_becomes_the_next_version(shell):
    shell.done("import", shell.write("cases.jsonl", record(1), record(2)), *MODERATOR)
    path = shell.write("cases.jsonl", record(1, summary="Told anew."), record(2))
    assert "0 new, 1 changed, 1 same" in shell.done("import", path)
    assert shell.ask(states) == ["published", "published", "submitted"]
    path = shell.write("cases.jsonl", record(1, summary="Told once more."))
    assert "1 under review, 0 refused" in shell.done("import", path, *MODERATOR)


BAD = [
    (b"no json", "it is not JSON"),
    (b'{"source": ', "it is not JSON"),
    (b'["a list"]', "not a record with named fields"),
    (b"[" * 5000, "not JSON that anybody would write"),
    (b'{"title": "caf\xe9"}', "not UTF-8"),
    (record(1, title="\ud800 half a sign"), "not UTF-8"),
    (record(1, title="Null \x00 byte"), "NUL"),
    (record(1, tags=["Null \x00 byte"]), "NUL"),
    ({**record(1), "themes\x00": []}, "NUL"),
    (record(1, licence=None), "'licence' is missing"),
    (record(1, topics=5), "'topics' is not a list of words"),
    (b"9" * 5000, "digits"),
]


def test_bad_lines_are_told_by_number_and_reason_and_stop_nothing(shell):
    lines = [record("first"), b"", *(line for line, _ in BAD), record("last")]
    result = shell("import", shell.write("cases.jsonl", *lines), *MODERATOR)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    *problems, summary = result.output.strip().splitlines()
    for number, ((_, reason), problem) in enumerate(zip(BAD, problems, strict=True), start=3):
        assert problem.startswith(f"line {number}: ") and reason in problem
    assert summary == f"2 new, 0 changed, 0 same, 0 under review, {len(BAD)} refused."
    assert shell.ask(states) == ["published", "published"]


def test_a_moderator_does_not_approve_the_cases_of_the_own_city(shell):
    path = shell.write("cases.jsonl", record(1, city="Porto", country_code="PT"), record(2))
    said = shell.refused("import", path, "--approve-as", "nora@cast.example")
    assert "line 1: the moderator belongs to its city" in said and "1 new" in said
    assert shell.ask(states) == ["published"], "the refused one left nothing behind"


def test_a_dry_run_tells_the_same_and_writes_nothing(shell):
    path = shell.write("cases.jsonl", record(1), b"nonsense", record(2))
    before = shell.ask(everything)
    said = shell.refused("import", path, "--dry-run", *MODERATOR)
    assert shell.ask(everything) == before
    assert said == shell.refused("import", path, *MODERATOR)


def test_more_than_a_batch_and_a_byte_order_mark(shell):
    path = shell.write("cases.jsonl", *(record(number) for number in range(205)))
    with open(path, "rb") as file:
        whole = file.read()
    with open(path, "wb") as file:
        file.write(b"\xef\xbb\xbf" + whole)
    assert "205 new" in shell.done("import", path)
    assert "205 same" in shell.done("import", path)
