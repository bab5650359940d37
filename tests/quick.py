"""What every test would make again and make alike is made once for each worker: that is all the haste here.

None of it holds anything of an installation: how addresses are built, templates compiled to code, the SQL
that a question becomes, catalogues of words. And a test’s database need not outlive a power cut.
"""

import gc
from contextlib import contextmanager
from functools import cache
from types import MethodType

from babel.support import Translations
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from jinja2 import BytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from exchange import config


def make_haste():
    Rule.compile = as_known(Rule.compile)
    config.available_timezones = cache(config.available_timezones)
    Translations.load = remembered(Translations.load, lambda *where: repr(where))
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}
    SQLAlchemy._make_engine = with_known_questions(SQLAlchemy._make_engine)
    event.listen(Engine, "connect", forget_power_cuts)
    gc.set_threshold(20_000, 20, 20)  # the program is large: looking through all of it costs more than a test


def remembered(make, key):
    """`make`, called once for whatever has the same key."""
    made = {}

    def once(*given, **named):
        name = key(*given, *named.values())
        if name not in made:
            made[name] = make(*given, **named)
        return made[name]

    return once


def as_known(compile):
    """A rule of another app with the same address is compiled already; none of it depends on the app."""
    known = {}

    def compile_once(rule):
        first = known.setdefault(repr((rule.rule, rule.subdomain, rule.host, rule.defaults)), rule)
        if first is rule:
            compile(rule)
            return
        for name in ("_parts", "_trace", "_converters", "arguments"):
            setattr(rule, name, getattr(first, name))
        for name in ("_build", "_build_unknown"):
            setattr(rule, name, MethodType(getattr(first, name).__func__, rule))

    return compile_once


class Compiled(BytecodeCache):
    """The code of each template, by its name and text."""

    def __init__(self):
        self.code = {}

    def load_bytecode(self, bucket):
        bucket.code = self.code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket):
        self.code[bucket.key, bucket.checksum] = bucket.code


def with_known_questions(make_engine):
    """Engines for one kind of database share its dialect, and with it the SQL that is compiled already."""
    shared = {}

    def make(*given):
        engine = make_engine(*given)
        dialect, compiled = shared.setdefault(engine.url.drivername, (engine.dialect, LRUCache(5_000)))
        engine.dialect = engine.pool._dialect = dialect
        engine._compiled_cache = compiled
        return engine

    return make


def forget_power_cuts(connection, _record):
    if "sqlite" in type(connection).__module__:
        connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def minding_power_cuts():
    """Connections made inside are as they are in life."""
    event.remove(Engine, "connect", forget_power_cuts)
    try:
        yield
    finally:
        event.listen(Engine, "connect", forget_power_cuts)
