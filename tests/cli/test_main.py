"""The commands, as whoever runs an installation meets them."""

import re
import shutil
import socket
import subprocess

import pytest
from flask import current_app
from sqlalchemy import func, select

from exchange.accounts import service as accounts
from exchange.accounts.models import RoleGrant, User
from exchange.core.journal import News
from exchange.core.models import db, now
from exchange.notifications.models import Letter
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.search.engine import get_engine
from exchange.taxonomy.models import Topic
from tests.cli.conftest import Shell
from tests.server import COMMAND

NAMED_HOST = {"EXCHANGE_BASE_URL": "https://exchange.example"}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    shell = Shell(tmp_path_factory.mktemp("seeded"))
    shell.done("migrate")
    shell.done("seed")
    shell.done("work", "--once")
    return shell


@pytest.fixture
def demo(seeded, tmp_path):
    """A fresh demonstration of one's own."""
    shutil.copytree(seeded.folder, tmp_path, dirs_exist_ok=True, symlinks=True)
    return Shell(tmp_path)


def count(model):
    return lambda: db.session.scalar(select(func.count()).select_from(model))


# Settings


@pytest.mark.parametrize(
    "name,value,words",
    [
        ("EXCHANGE_BASE_URL", "exchange.example", "not a web address"),
        ("EXCHANGE_DATABASE_URL", "mysql://somewhere", "postgresql+psycopg://"),
        ("EXCHANGE_DATABASE_URL", "sqlite:////no/such/folder/exchange.sqlite", "does not answer"),
        ("EXCHANGE_SECRET_KEY", "short", "at least 32 characters"),
        ("EXCHANGE_MAIL_URL", "mail.example", "smtp://"),
        ("EXCHANGE_WEB_PROCESSES", "many", "not a whole number"),
        ("EXCHANGE_TRUSTED_PROXIES", "99", "from 0 to 5"),
        ("EXCHANGE_INSTANCE", "/dev/null/instance", "cannot be made"),
    ],
)
def test_settings_that_make_no_sense_are_told_in_one_line(shell, name, value, words):
    said = shell.refused("seed", **{name: value})
    assert words in said and said.startswith("Error: ") and len(said.splitlines()) == 1


def test_a_settings_file_with_a_mistake_is_told_in_one_line(shell):
    (shell.folder / "config.py").write_text("site_name = \n")
    assert "config.py" in shell.refused("doctor")


def test_a_refusal_is_one_line_and_no_traceback_for_a_real_shell_too(tmp_path):
    done = subprocess.run(
        [*COMMAND, "serve"],
        env={"EXCHANGE_INSTANCE": str(tmp_path), "EXCHANGE_SECRET_KEY": "short", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "Error: EXCHANGE_SECRET_KEY: at least 32 characters."


# Serving. That it serves is what the tests of the browser and of killing show.


def test_serve_and_all_that_need_the_database_refuse_pending_migrations(tmp_path):
    shell = Shell(tmp_path)
    for words in (
        ["serve"],
        ["seed"],
        ["work", "--once"],
        ["reindex"],
        ["user", "sign-in-link", "a@b.example"],
    ):
        assert "run `exchange migrate` first" in shell.refused(*words)
    assert shell.done("migrate") == "The database stands at: head.\n"
    assert "Nobody here" in shell.refused("user", "sign-in-link", "a@b.example")


def test_the_demonstration_is_not_served_on_a_named_host_or_to_the_world(tmp_path):
    shell = Shell(tmp_path)
    assert "on loopback only" in shell.refused("serve", "--demo", **NAMED_HOST)
    assert "on loopback only" in shell.refused("serve", "--demo", "--host", "0.0.0.0")
    assert not (tmp_path / "exchange.sqlite").exists()


def test_a_port_that_is_taken_is_said(shell, monkeypatch):
    monkeypatch.setattr("exchange.cli.supervisor.PATIENCE", 0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert f"Port {port} on 127.0.0.1" in shell.refused("serve", "--port", port, PORT="1")


# The database


def test_migrating_down_and_to_nowhere(shell):
    assert "Can't locate revision" in shell.refused("migrate", "nowhere")
    shell.done("migrate", "base")
    assert "run `exchange migrate` first" in shell.refused("seed")
    shell.done("migrate")
    shell.done("migrate")


def test_seeding_fills_an_empty_installation_once(demo):
    numbers = [demo.ask(count(model)) for model in (Practice, User, News)]
    assert demo.ask(lambda: len(db.session.scalars(practices.public()).all())) >= 30
    assert "nothing done" in demo.done("seed")
    assert [demo.ask(count(model)) for model in (Practice, User, News)] == numbers
    assert demo.ask(count(Letter)) == 0, "what happened before the doors opened is no news"


def test_seeding_is_refused_on_a_named_host(shell):
    assert "do not belong on a named host" in shell.refused("seed", **NAMED_HOST)
    assert shell.ask(count(User)) == 0


# The index


def test_reindex_builds_the_index_and_verify_compares_it(demo):
    demo.done("reindex", "--verify")
    demo.ask(lambda: get_engine(current_app).remove(first_public_ids(2)))
    said = demo.refused("reindex", "--verify")
    assert said.count("the index does not know the case") == 2 and "Cases that differ: 2." in said
    assert re.search(r"\d+ cases indexed in \d+\.\d seconds", demo.done("reindex"))
    assert demo.done("reindex", "--verify") == "Index and table agree.\n"


def test_verify_tells_of_a_missing_index_and_does_not_name_every_case(demo, monkeypatch):
    monkeypatch.setattr("exchange.cli.indexing.NAMED", 3)
    demo.ask(lambda: get_engine(current_app).remove(first_public_ids(8)))
    said = demo.refused("reindex", "--verify")
    assert said.count("does not know") == 3 and "… and 5 more." in said and "Cases that differ: 8." in said
    shutil.rmtree(demo.folder / "index")
    assert "missing or broken" in demo.refused("reindex", "--verify")


def first_public_ids(number):
    return db.session.scalars(practices.public().with_only_columns(Practice.public_id).limit(number)).all()


def test_work_once_does_what_waits_and_stops(demo):
    shutil.rmtree(demo.folder / "index")
    demo.done("user", "add", "ines@cast.example", "Ines", "--city", "berlin")
    demo.act(
        lambda: accounts.ask_membership(find("ines@cast.example"), accounts.find_city("barcelona"), "Desk")
    )
    assert "pieces of news dealt with" in demo.done("work", "--once")
    assert demo.done("reindex", "--verify") == "Index and table agree.\n"
    assert len(list((demo.folder / "mail").glob("*.eml"))) == demo.ask(count(Letter)) > 0
    assert demo.done("work", "--once") == "0 pieces of news dealt with.\n"


# The doctor


def red(said):
    return {line.split(":")[0].removeprefix("✗ ") for line in said.splitlines() if line.startswith("✗")}


def test_the_doctor_is_content_with_a_fresh_demonstration(demo):
    said = demo.done("doctor")
    assert red(said) == set() and "✓ index" in said and "letters are written to" in said
    assert re.search(r"the index: cases \d+, segments 1, names renewed \d{4}-\d\d-\d\d \d\d:\d\d UTC", said)


def test_the_doctor_is_red_while_demonstration_cases_stand_on_a_named_host(demo):
    said = demo.refused("doctor", **NAMED_HOST)
    assert red(said) == {"demonstration", "mail"} and "start anew with `exchange setup`" in said


def test_the_doctor_names_pending_migrations_in_whole_lines(tmp_path):
    said = Shell(tmp_path).refused("doctor")
    assert "migrations" in red(said) and "run `exchange migrate`" in said
    assert all(line[0] in "✓✗" for line in said.splitlines()), "one line for each check"


def test_the_doctor_names_dead_letters_failing_mail_and_news_that_waits(demo):
    def harm():
        db.session.add(News(act="publish", payload={}, dead_at=now(), error="broken"))
        letter = dict(key="1", kind="link", address="a@b.example", message_id="<1>", tries=1, error="refused")
        db.session.add(Letter(**letter))

    demo.act(harm)
    said = demo.refused("doctor")
    assert red(said) == {"outbox", "mail"} and "publish #" in said and "refused" in said
    demo.act(lambda: db.session.query(News).filter(News.act == "publish").update(old_and_waiting()))
    assert "is the worker running?" in demo.refused("doctor")


def old_and_waiting():
    return {"dead_at": None, "done_at": None, "at": now().replace(year=2020)}


def test_the_doctor_names_a_broken_and_a_differing_index(demo):
    demo.ask(lambda: get_engine(current_app).remove(first_public_ids(1)))
    said = demo.refused("doctor")
    assert red(said) == {"index"} and "cases that differ from the table: 1;" in said
    shutil.rmtree(demo.folder / "index")
    assert "missing or broken" in demo.refused("doctor")


def test_the_doctor_names_a_secret_that_others_may_read_and_a_missing_administrator(demo):
    (demo.folder / "secret_key").chmod(0o644)
    demo.act(lambda: db.session.query(RoleGrant).filter_by(role="admin").delete())
    assert red(demo.refused("doctor")) == {"permissions", "administrator"}


# People


def test_setup_makes_an_empty_network_and_its_first_administrator(tmp_path):
    shell = Shell(tmp_path, **NAMED_HOST)
    said = shell.done("setup", "--email", "Otto@Cast.example", "--name", "Otto")
    assert "https://exchange.example/links/" in said
    assert shell.ask(lambda: [user.roles for user in db.session.scalars(select(User))]) == [{"admin"}]
    assert shell.ask(count(Practice)) == 0 and shell.ask(count(Topic)) > 0
    assert "has an account already" in shell.refused(
        "setup", "--email", "otto@cast.example", "--name", "Otto"
    )
    assert "not a mail address" in shell.refused("setup", "--email", "otto", "--name", "Otto")
    assert red(shell.refused("doctor")) == {"index", "mail"}


def test_adding_people_and_giving_roles(demo):
    assert "has been added" in demo.done(
        "user", "add", "ines@cast.example", "Ines", "--city", "berlin", "--city-admin"
    )
    assert "no city 'atlantis'" in demo.refused("user", "add", "x@cast.example", "X", "--city", "atlantis")
    assert "--city" in demo.refused("user", "add", "x@cast.example", "X", "--city-admin")
    assert demo.ask(lambda: accounts.find_user("x@cast.example")) is None
    assert demo.ask(lambda: find("ines@cast.example").is_admin_of(accounts.find_city("berlin").id))
    assert "moderator" in demo.done("user", "role", "ines@cast.example", "moderator")
    assert "no role" in demo.done("user", "role", "ines@cast.example", "moderator", "--revoke")
    assert "Nobody here" in demo.refused("user", "role", "nobody@cast.example", "moderator")
    assert "Invalid value" in demo.refused("user", "role", "ines@cast.example", "king")


def find(email):
    return accounts.find_user(email)


def test_a_sign_in_link_goes_by_the_address_of_the_site(demo):
    link = demo.done("user", "sign-in-link", "milan@exchange.example", **NAMED_HOST)
    assert link.startswith("https://exchange.example/links/")
