"""One browser for all tests of a worker, a server of files, and an accessibility check.

Settings, all optional, by environment variable: DIAGNOSE_CHROMIUM, the browser program
(``chromium`` on the path); AXE_JS, ``axe.min.js`` of the npm package axe-core
(``node_modules/axe-core/axe.min.js``).
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from live_pages import write_live_page

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(os.environ.get("AXE_JS") or ROOT / "node_modules/axe-core/axe.min.js")
CHROMIUM = os.environ.get("DIAGNOSE_CHROMIUM") or shutil.which("chromium")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
# Files are not fetched a second time for rules that no test asks for.
AXE_RUN = """rules => axe.run(document, {
    ...rules, resultTypes: ['violations'], preload: false
}).then(found => found.violations.map(
    one => `${one.id} x${one.nodes.length}: ${one.nodes[0].html.slice(0, 160)}`))"""


@pytest.fixture(scope="session")
def browser():
    """Return the browser: started once, since starting it takes a second."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not here"
    )
    if CHROMIUM is None:
        pytest.skip("no Chromium: set DIAGNOSE_CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def violations():
    """Return a function that tells what axe-core finds wrong with an open page."""
    if not AXE.is_file():
        pytest.skip("no axe-core: npm install, or set AXE_JS")
    script = AXE.read_text(encoding="utf-8")

    def found(page, **rules):
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(script)
        return page.evaluate(AXE_RUN, rules)

    return found


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and writes nothing about it."""

    def log_message(self, *_):
        """Say nothing: the tests tell what went wrong."""


@contextmanager
def _serving(folder):
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


@pytest.fixture(scope="session")
def serve():
    """Return a function that serves a folder until the end and tells its address."""
    with ExitStack() as running:
        yield lambda folder: running.enter_context(_serving(folder))


@pytest.fixture(scope="session")
def live_folder(tmp_path_factory):
    """Return the folder of pages with one live element each."""
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="session")
def live_site(live_folder, serve):
    """Return the address of a server of that folder."""
    return serve(live_folder)


@pytest.fixture
def open_live(browser, live_folder):
    """Open elements; afterwards no script failed and nothing was asked elsewhere."""
    tabs, asked, failed = [], [], []

    def opened(
        name, language="en", scheme="light", *, width=1000, base="", motion="reduce",
        **options,
    ):  # fmt: skip
        path = write_live_page(live_folder, name, language, scheme=scheme, **options)
        size = {"width": width, "height": 900}
        tab = browser.new_page(viewport=size, reduced_motion=motion)
        tabs.append(tab)
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("pageerror", lambda error: failed.append(str(error)))
        tab.goto(f"{base}/{path.name}" if base else path.as_uri())
        tab.wait_for_selector(".live-ready")
        return tab

    yield opened
    for tab in tabs:
        tab.close()
    assert failed == []
    here = (live_folder.as_uri(), "http://127.0.0.1:", "data:,")
    assert [url for url in asked if not url.startswith(here)] == []
