"""`exchange serve` as a process of its own, for tests that need the real thing."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

COMMAND = [sys.executable, "-m", "exchange.cli.main"]
PATIENCE = 120  # seconds


class Server:
    """`exchange serve` on a free port of loopback, with an instance of its own."""

    def __init__(self, folder, demo=True, **environ):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder, self.demo = folder, demo
        self.environ = {
            **os.environ,
            "EXCHANGE_INSTANCE": str(folder),
            "PORT": str(self.port),
            "EXCHANGE_DATABASE_URL": "",
            **environ,
        }
        self.process = None

    def start(self):
        words = ["serve", "--port", str(self.port)] + (["--demo"] if self.demo else [])
        with open(self.folder / "serve.log", "ab") as log:
            self.process = subprocess.Popen([*COMMAND, *words], env=self.environ, stdout=log, stderr=log)
        self.wait()
        return self

    def wait(self, health="live"):
        """Until it answers; 'ready': until its index is there, too."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/health/{health}", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "serve.log").read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)

    def run(self, *words):
        """A command of the command line on the same instance; returns what it printed."""
        done = subprocess.run(
            [*COMMAND, *words], env=self.environ, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def sign_in_link(self, name):
        return self.run("user", "sign-in-link", f"{name}@exchange.example").splitlines()[-1]

    # Killing. Only processes that this object started.

    def child(self, command):
        """The process id of the supervised `web` or `work`, or None while there is none."""
        return next((pid for pid, words in children(self.process.pid) if command in words), None)

    def kill(self, *victims):
        """SIGKILL these of 'supervisor', 'web', 'work', all at one moment; returns the process ids."""
        pids = [self.process.pid if one == "supervisor" else self.child(one) for one in victims]
        for pid in filter(None, pids):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if "supervisor" in victims:
            self.process.wait(PATIENCE)
        return [pid for pid in pids if pid]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(parent):
    """(process id, words of its command line) of the living children of a process."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, ppid = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(ppid) == parent and state != "Z":
                yield int(folder.name), (folder / "cmdline").read_text().split("\0")


def is_alive(pid):
    """Whether a process runs; one that waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
