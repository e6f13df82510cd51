"""The whole product as its users meet it: started by its own command, walked through in a real Chromium."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
# As root in a container there is no sandbox to enter, and the machine may be closed off: no background requests.
CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
TODAY = "2026-10-20"  # inside the windows of water and electricity
START_SECONDS = 240
PUSH_PORT = 26000 + os.getpid() % 2000  # where a journey may stand in for a push service
SMALL_DISTRICT = {"DVOR_DEMO_FLATS": "96", "DVOR_DEMO_MONTHS": "12"}


@dataclass(frozen=True)
class Product:
    """A running Dvor: its address and its data folder."""

    url: str
    data: Path

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``dvor`` on the same data, on the day that the product lives on."""
        environment = _environment() | {"DVOR_DATA": str(self.data)}
        environment.pop("DVOR_DEMO_DATE")
        return subprocess.run(
            [sys.executable, "-m", "dvor", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
            timeout=120,
        )  # fmt: skip


@contextmanager
def running(data: Path, **settings: str) -> Iterator[Product]:
    """Start ``dvor run`` on three free ports, wait until it is healthy, stop it at the end."""
    port = _free_ports()
    log = (data / "run.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "dvor", "run", "--port", str(port), "--data", str(data)],
        cwd=ROOT, env=_environment() | settings, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_until_healthy(process, f"http://127.0.0.1:{port}", log.name)
        yield Product(url=f"http://127.0.0.1:{port}", data=data)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


def visit(browser: Browser, *, width: int = 390, theme: str = "light", script: bool = True) -> BrowserContext:
    """A person's own browser: a phone by default, in Russian."""
    height = 844 if width < 700 else 900
    return browser.new_context(
        viewport={"width": width, "height": height}, locale="ru-RU", timezone_id="Europe/Moscow",
        color_scheme="dark" if theme == "dark" else "light", java_script_enabled=script, has_touch=width < 700,
    )  # fmt: skip


def sign_in(page: Page, product: Product, *, sub: str) -> None:
    """Walk through the city ID as the person with this subject."""
    page.goto(f"{product.url}/sign-in/")
    page.locator("main form button").first.click()
    page.locator(f"button[name=sub][value='{sub}']").click()
    page.wait_for_url(f"{product.url}/**")


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DVOR_", "CITY_", "DJANGO_"))}
    kept.pop("DATABASE_URL", None)
    own = {"DVOR_DEMO": "yes", "DVOR_DEMO_DATE": TODAY, "PUSH_STAND_INS": f"127.0.0.1:{PUSH_PORT}"}
    return kept | own | SMALL_DISTRICT


def _free_ports() -> int:
    """A port whose next two are free too: the site, its city ID and its acquirer.

    A product binds them only when its district stands, so none is given twice, and each process has a range of its own.
    """
    first = 18000 + os.getpid() * 37 % 100 * 60
    for port in range(first, first + 60, 3):
        if port in _given:
            continue
        try:
            for one in (port, port + 1, port + 2):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", one))
        except OSError:
            continue
        _given.add(port)
        return port
    raise RuntimeError("no free ports")


_given: set[int] = set()


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, f"dvor run ended early:\n{Path(log).read_text()}"
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:  # noqa: S310 our own address
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError(f"not healthy in {START_SECONDS} s:\n{Path(log).read_text()}")
