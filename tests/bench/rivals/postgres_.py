"""PostgreSQL full text: a weighted tsvector under GIN, ts_rank, ts_headline of the ten, facets by SQL."""

import atexit
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

from tests.bench.rivals import FACETS, TEN, Missing, Page, others

SERVERS = Path("/usr/lib/postgresql")
MEMORY = "-c shared_buffers=1GB -c work_mem=128MB -c maintenance_work_mem=512MB -c jit=off"
SCHEMA = """
CREATE TABLE cases (id int PRIMARY KEY, title text, summary text, body text, topics text[], stage text,
                    country text, year text, language text, words tsvector);
"""
INDEXES = """
CREATE INDEX ON cases USING gin (words);
CREATE INDEX ON cases USING gin (topics);
CREATE INDEX ON cases (stage); CREATE INDEX ON cases (country);
CREATE INDEX ON cases (year); CREATE INDEX ON cases (language);
"""
TAKE_IN = """
INSERT INTO cases VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s,
    setweight(to_tsvector('english', %s), 'A') || setweight(to_tsvector('english', %s), 'B')
    || to_tsvector('english', %s))
"""
BEST = """
SELECT id, score, ts_headline('english', body, query, 'MaxWords=40, MinWords=20') FROM (
    SELECT id, body, query, ts_rank(words, query) AS score FROM cases, to_tsquery('english', %(words)s) query
    WHERE words @@ query {narrowed} ORDER BY score DESC LIMIT {ten}) best
"""
FOUND = """
WITH found AS MATERIALIZED (SELECT id, topics, stage, country, year, language FROM cases
    WHERE words @@ to_tsquery('english', %(words)s))
"""


class Rival:
    name = "PostgreSQL"

    def __init__(self, folder, stream):
        self.server = Server()
        self.base = psycopg.connect(
            f"host={self.server.folder} user=exchange dbname=postgres", autocommit=True
        )
        self.base.execute(SCHEMA)
        with self.base.transaction(), self.base.cursor() as cursor, self.base.pipeline():
            for case in stream:
                cursor.execute(TAKE_IN, row(case))
        self.base.execute(INDEXES)
        self.base.execute("VACUUM ANALYZE cases")

    def ask(self, question):
        values = {"words": match(question), **{name: found[0] for name, found in question.filters.items()}}
        narrowed = "".join(f" AND {one}" for one in conditions(question.filters))
        hits = self.base.execute(BEST.format(narrowed=narrowed, ten=TEN), values).fetchall()
        facets, total = {name: {} for name in FACETS}, 0
        for name, value, count in self.base.execute(counting(question.filters), values):
            if name == "total":
                total = count
            else:
                facets[name][value] = count
        return Page(total, hits, facets)

    def close(self):
        self.base.close()
        self.server.stop()


class Server:
    """A throw-away server on a socket in a folder of its own."""

    def __init__(self):
        programs = sorted(SERVERS.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
        if not programs:
            raise Missing("there is no PostgreSQL server (apt-get install postgresql)")
        self.programs = programs[-1].parent
        self.version = self.programs.parent.name
        self.folder = tempfile.mkdtemp(prefix="bench-postgres-")
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.run("initdb", "-U", "exchange", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -k {self.folder} -c fsync=off {MEMORY}"
        self.run("pg_ctl", "-w", "-l", f"{self.folder}/log", "-o", options, "start")
        atexit.register(self.stop)  # also when what comes next fails

    def stop(self):
        atexit.unregister(self.stop)
        self.run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)

    def run(self, program, *words):
        as_owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_owner, str(self.programs / program), "-D", f"{self.folder}/data", *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


def row(case):
    facets = case.facets
    texts = (case.title, case.summary, case.body)
    return (case.number, *texts, facets["topic"], *(facets[name][0] for name in FACETS[1:]), *texts)


def match(question):
    """The question as to_tsquery reads it."""
    parts = list(question.words)
    parts += ["(" + " <-> ".join(question.phrase) + ")"] if question.phrase else []
    parts += ["(" + " | ".join(question.either) + ")"] if question.either else []
    parts += [f"{question.prefix}:*"] if question.prefix else []
    return " & ".join(parts + [f"!{word}" for word in question.without])


def counting(filters):
    """One statement: the matches once, then the total and each facet over them."""
    parts = [part("total", "''", "found", filters)]
    parts += [part(name, name, "found", others(filters, name)) for name in FACETS[1:]]
    parts.append(part("topic", "topic", "found, unnest(topics) AS topic", others(filters, "topic")))
    return FOUND + " UNION ALL ".join(parts)


def part(name, column, source, filters):
    where = " AND ".join(conditions(filters)) or "true"
    return f"SELECT '{name}', {column}, count(*) FROM {source} WHERE {where} GROUP BY 2"


def conditions(filters):
    for name in filters:
        yield f"topics @> ARRAY[%({name})s]" if name == "topic" else f"{name} = %({name})s"
