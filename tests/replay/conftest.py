"""Two players on loopback: pywb's wayback, and ReplayWeb.page in Chromium."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from others import archivetk, place, program, sample_collection
from playwright.sync_api import Error, expect, sync_playwright

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TRIES = 3

# a machine under load is slow, and that says nothing about a page
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def collection(tmp_path_factory):
    return sample_collection(tmp_path_factory.mktemp("samples") / "c")


@pytest.fixture(scope="session")
def site(collection, tmp_path_factory):
    """The folder that a web server shows: the player and packed collections."""
    folder = tmp_path_factory.mktemp("site")
    player = place("ARCHIVETK_PLAYER", "replay")
    for name in ("index.html", "ui.js", "sw.js"):
        (folder / name).write_bytes((player / name).read_bytes())
    archivetk("pack", collection, "-o", folder / "samples.wacz", "--quiet")
    return folder


@pytest.fixture(scope="session")
def shots(tmp_path_factory):
    """Where screenshots go."""
    folder = Path(os.environ.get("ARCHIVETK_SHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


# ------------------------------------------------------------------------- pywb


@contextlib.contextmanager
def wayback(home, collections):
    """Serve collections, each by its name; the address of the server.

    The folders stand in the configuration as they are: nothing is copied, nothing indexed anew.
    """
    programs = place("ARCHIVETK_PYWB", "replay")
    lines = ["collections:"]
    for name, path in collections.items():
        lines += [f"  {name}:", f"    index_paths: {path}/indexes/"]
        lines += [f"    archive_paths: {path}/archive/"]
    home.mkdir(exist_ok=True)
    (home / "config.yaml").write_text("\n".join(lines) + "\n")
    for attempt in range(TRIES):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with (home / "wayback.log").open("ab") as log:
            process = subprocess.Popen(
                [programs / "wayback", "--bind", "127.0.0.1", "--port", str(port)],
                cwd=home,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            if _answers(process, f"http://127.0.0.1:{port}/"):
                yield f"http://127.0.0.1:{port}"
                return
        finally:
            _end(process)
        # another program may have taken the port
        assert attempt < TRIES - 1, (home / "wayback.log").read_text()[-3000:]


def _answers(process, url):
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.25)
    return False


def _end(process):
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
        return


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """Start a wayback for collections, and end all of them when the tests are over."""
    with contextlib.ExitStack() as stack:
        yield lambda **collections: stack.enter_context(
            wayback(tmp_path_factory.mktemp("pywb"), collections)
        )


# ------------------------------------------------------------------------- ReplayWeb.page


class _Files(BaseHTTPRequestHandler):
    """Files of a folder; parts of them on request, as a player asks for single records."""

    protocol_version = "HTTP/1.1"
    folder: Path
    asked: ClassVar[dict[str, list[int]]] = {}
    kinds: ClassVar = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

    def do_HEAD(self):
        self.do_GET(body=False)

    def do_GET(self, *, body=True):
        path = self.folder / self.path.partition("?")[0].rpartition("/")[2]
        if not path.is_file():
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        data = path.read_bytes()
        size = len(data)
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if match:
            low, high = match.groups()
            start = int(low) if low else max(0, size - int(high))
            end = min(int(high), size - 1) if low and high else size - 1
            data = data[start : end + 1]
            # "from 0 on" is how a player learns the size; it does not take what comes then
            if (low and high) or start:
                self.asked.setdefault(path.name, []).append(len(data))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Cache-Control", "no-store")
        kind = self.kinds.get(path.suffix, "application/octet-stream")
        self.send_header("Content-Type", kind)
        self.end_headers()
        if body:
            with contextlib.suppress(ConnectionError):
                self.wfile.write(data)

    def log_message(self, *_):
        """Nothing is said about each request."""


@pytest.fixture(scope="session")
def address(site):
    """The web server's address."""
    handler = type("Handler", (_Files,), {"folder": site})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        # not the number: service workers are for secure places, and localhost is one
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def asked(address):
    """How many bytes were asked for in each part of a file, by the file's name."""
    return _Files.asked


@pytest.fixture(scope="session")
def browser():
    executable = program(os.environ.get("ARCHIVETK_CHROMIUM", "chromium"))
    with sync_playwright() as playwright:
        for attempt in range(TRIES):
            try:
                started = playwright.chromium.launch(
                    executable_path=executable, args=CHROMIUM_FLAGS, timeout=90_000
                )
                break
            except Error:
                if attempt == TRIES - 1:
                    raise
        yield started
        started.close()


@pytest.fixture
def player(browser, address):
    """A fresh tab: a call opens a WACZ in it, at a place that the player understands."""
    context = browser.new_context(viewport={"width": 1200, "height": 800}, locale="en-GB")
    context.set_default_timeout(60_000)
    page = context.new_page()

    def opened(name, where="view=pages"):
        page.goto(f"{address}/index.html?source={address}/{name}#{where}")
        return page

    yield opened
    context.close()
