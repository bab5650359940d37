"""Web processes and worker, started together, restarted when one falls, ended together."""

import errno
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress

import waitress
from click import ClickException

from exchange.search.engine import Unusable, get_engine

SHORT_LIFE = 3.0  # seconds; a process that fell sooner is started again only after a pause
PAUSE = 1.0  # seconds
PATIENCE = 3.0  # seconds: the processes of a killed predecessor let go of its port within moments


@contextmanager
def bound_socket(host, port):
    """A listening socket that the web processes inherit."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bind(listener, (host, port))
        except OSError as error:
            raise ClickException(
                f"Port {port} on {host}: {error.strerror}. Another one: PORT=8001 make run"
            ) from error
        listener.listen(1024)
        yield listener


def bind(listener, address):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return listener.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > end:
                raise
        time.sleep(0.1)


def supervise(listener, web_processes):
    """Run until a signal asks to stop; a child that falls is started again."""
    fd = listener.fileno()
    os.set_inheritable(fd, True)
    commands = [["web", "--fd", str(fd)]] * web_processes + [["work"]]
    lifeline, held = os.pipe()  # children stop when this process is gone, however it went
    signal.signal(signal.SIGTERM, raise_exit)
    children, born = {}, {}
    try:
        while True:
            for place, command in enumerate(commands):
                if place not in children or children[place].poll() is not None:
                    if place in children:
                        print(f"exchange {command[0]} ended; starting it again.", file=sys.stderr, flush=True)
                        time.sleep(PAUSE if time.monotonic() < born[place] + SHORT_LIFE else 0)
                    born[place] = time.monotonic()
                    children[place] = start(command, (fd, lifeline), lifeline)
            time.sleep(0.3)
    except KeyboardInterrupt:
        print()
    finally:
        os.close(held)
        stop(children.values())


def raise_exit(_signal, _frame):
    raise SystemExit(0)


def start(command, fds, lifeline):
    return subprocess.Popen(
        [sys.executable, "-m", "exchange.cli.main", *command],
        pass_fds=fds,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "EXCHANGE_LIFELINE": str(lifeline)},
        start_new_session=True,
    )


def stop(children):
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()


def follow_parent():
    """End this process when the supervisor is gone: its end of the pipe closes with it."""
    if "EXCHANGE_LIFELINE" in os.environ:
        threading.Thread(
            target=wait_for_end, args=(int(os.environ["EXCHANGE_LIFELINE"]),), daemon=True
        ).start()


def wait_for_end(lifeline):
    os.read(lifeline, 1)
    os._exit(0)


def settle(app):
    """Open the index before the first reader comes, and spare all that stays the collector's visits."""
    with suppress(Unusable):
        get_engine(app).check()
    gc.collect()
    gc.freeze()


def serve_web(app, fd):
    """Answer requests on an inherited listening socket until ended."""
    follow_parent()
    settle(app)
    listener = socket.socket(fileno=fd)
    waitress.serve(
        app,
        sockets=[listener],
        threads=8,
        connection_limit=1000,
        channel_timeout=60,
        ident=None,
        clear_untrusted_proxy_headers=False,
    )
