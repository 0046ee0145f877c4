"""A real browser: headless Chromium, spoken to over a pipe in its DevTools protocol (no port, no library)."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WAIT_S = 30


class Browser:
    """One tab. Every call waits for the browser's answer."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._out = os.fdopen(to_browser, "wb", buffering=0)
        self._in = os.fdopen(from_browser, "rb")
        self._last = 0
        self._session: str | None = None
        self.said: list[str] = []  # console messages and exceptions of the page
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._call(f"{domain}.enable")

    def go(self, url: str) -> None:
        self._call("Page.navigate", url=url)

    def wait_for(self, condition: str) -> Any:
        """Until a JavaScript expression holds; its value. The browser itself waits, no polling from here."""
        wait = f"""new Promise((done, fail) => {{
            const end = Date.now() + {WAIT_S * 1000};
            const look = () => {{
                const found = (() => {{ try {{ return ({condition}) }} catch {{ return false }} }})();
                if (found) done(found); else if (Date.now() > end) fail(new Error("never came true"));
                else setTimeout(look, 50);
            }};
            look();
        }})"""
        while True:
            try:
                return self.value(wait)
            except Navigated:
                continue

    def value(self, expression: str) -> Any:
        try:
            found = self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        except ValueError as error:  # the page went away under the question
            if any(words in str(error) for words in ("context was destroyed", "navigated", "Cannot find context")):
                raise Navigated from error
            raise
        if "exceptionDetails" in found:
            raise AssertionError(f"{expression}: {found['exceptionDetails']}")
        return found["result"].get("value")

    def without(self, *paths: str) -> None:
        """From now on what ends in one of these cannot be had, as where a request was lost; none: all can."""
        self._call("Network.enable")
        self._call("Network.setCacheDisabled", cacheDisabled=bool(paths))
        self._call("Network.setBlockedURLs", urls=[f"*{path}" for path in paths])

    def cookies(self) -> list[dict[str, Any]]:
        return list(self._call("Storage.getCookies")["cookies"])

    def see(self, width: int, height: int, scheme: str = "dark", scale: float = 1) -> None:
        """The screen's size, in CSS pixels, and the scheme that it prefers."""
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )
        self._call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def press(self, key: str) -> None:
        """A key of a keyboard, `Enter`, `Space` or `Tab`, at whatever has the focus."""
        code, text = {"Enter": (13, "\r"), "Space": (32, " "), "Tab": (9, "")}[key]
        pressed = {"key": " " if key == "Space" else key, "code": key, "windowsVirtualKeyCode": code, "text": text}
        self._call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **pressed)
        self._call("Input.dispatchKeyEvent", type="keyUp", **pressed)

    def write(self, text: str) -> None:
        """As if typed, at whatever has the focus."""
        self._call("Input.insertText", text=text)

    def shot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"]))

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._last += 1
        message = {"id": self._last, "method": method, "params": params}
        if self._session and not method.startswith(("Target.", "Storage.")):
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise ValueError(answer["error"]["message"])
                return dict(answer["result"])
            self._note(answer)

    def _read(self) -> dict[str, Any]:
        body = bytearray()
        while (byte := self._in.read(1)) != b"\0":
            assert byte, "the browser went away"
            body += byte
        return dict(json.loads(body))

    def _note(self, event: dict[str, Any]) -> None:
        match event.get("method"):
            case "Runtime.exceptionThrown":
                self.said.append(json.dumps(event["params"]["exceptionDetails"]))
            case "Runtime.consoleAPICalled":
                self.said.append(json.dumps(event["params"]["args"]))
            case "Log.entryAdded":
                self.said.append(event["params"]["entry"]["text"])

    def close(self) -> None:
        self._out.close()
        self._in.close()


class Navigated(Exception):
    """The page under the question was left."""


def found() -> str:
    """Where Chromium is; the test that asks fails where it is not."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise AssertionError("chromium is not installed: apt-get install chromium")


@contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """A browser with an empty profile; ends with the block."""
    out_read, out_write = os.pipe()
    in_read, in_write = os.pipe()

    command = [found(), "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"]
    command += [f"--user-data-dir={profile}", "--disable-dev-shm-usage", "about:blank"]
    moved = f'exec "$@" 3<&{out_read} 4>&{in_write}'  # where Chromium looks for its pipes
    process = subprocess.Popen(
        ["bash", "-c", moved, "bash", *command],
        pass_fds=(out_read, in_write),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(out_read)
    os.close(in_write)
    browser = Browser(out_write, in_read)
    try:
        yield browser
    finally:
        browser.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
