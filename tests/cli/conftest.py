"""The command line as a person uses it: on an instance of its own, with its own SQLite file."""

import json

import pytest
from click.testing import CliRunner

from exchange import config, create_app
from exchange.cli.main import main
from exchange.core.models import db


class Shell:
    """`shell('seed')` → click's result; `shell.environ` is what the commands find in the environment."""

    def __init__(self, folder, **environ):
        self.folder = folder
        self.environ = {
            "EXCHANGE_INSTANCE": str(folder),
            "EXCHANGE_DATABASE_URL": "",
            "EXCHANGE_BASE_URL": "http://127.0.0.1:8000",
            "PORT": None,
            **environ,
        }

    def __call__(self, *words, **environ):
        return CliRunner(env={**self.environ, **environ}).invoke(main, words)

    def done(self, *words, **environ):
        """What a command printed that ended well."""
        result = self(*words, **environ)
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, *words, **environ):
        """What a command said that ended with a sentence and not with a traceback."""
        result = self(*words, **environ)
        assert isinstance(result.exception, SystemExit), repr(result.exception)
        assert result.exit_code != 0
        return result.output.strip()

    def ask(self, question):
        """The answer of question() inside the application; nothing is kept."""
        return answer(self.app(), question)

    def app(self):
        """The application of this instance; made in one thread at a time."""
        return create_app(config.load({name: value for name, value in self.environ.items() if value}))

    def act(self, act):
        """Do something inside the application that is kept."""

        def and_commit():
            done = act()
            db.session.commit()
            return done

        return self.ask(and_commit)

    def write(self, name, *records):
        """A file with a record or raw text on each line; returns its path."""
        lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in records]
        path = self.folder / name
        path.write_bytes(b"\n".join(lines) + b"\n")
        return str(path)


def answer(app, question):
    with app.app_context():
        try:
            return question()
        finally:
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def shell(tmp_path):
    """A migrated, empty installation."""
    shell = Shell(tmp_path)
    shell.done("migrate")
    return shell
