"""How commands talk to the running service: over its HTTP door, with a token, and with errors that say what to do."""

import os
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    import httpx

URL = "http://127.0.0.1:8088"
PATIENCE_S = 10.0
WIDEST, TAIL = 60, 20  # characters of a name that a table shows, and how many of them are its end
DOCUMENT_S = 900.0  # a month of a million tickets
OTHERS = 0o077  # mode of a file: what others than its owner may do with it
NUMBER = re.compile(r"^NT-\d{8}-[A-Z]?\d{6,}$", re.IGNORECASE)  # of a ticket

Config = Annotated[Path | None, typer.Option(help="settings; default simpul.toml, where there is one")]
Url = Annotated[str, typer.Option(help="where the service listens", envvar="SIMPUL_URL")]
TokenOption = Annotated[str | None, typer.Option(help="access token; else SIMPUL_TOKEN, else the data folder's")]
AsJson = Annotated[bool, typer.Option("--json", help="print what the service answers, for programs")]

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)


class Unanswered(Exception):
    """The service gave no good answer: what is wrong, and what to do."""

    def __init__(self, what: str, remedy: str = "", status: int = 0) -> None:
        super().__init__(f"{what}. {remedy}" if remedy else what)
        self.what = what
        self.remedy = remedy
        self.status = status  # HTTP's; 0: there was no answer


@dataclass(frozen=True, slots=True)
class Service:
    """The running service, as its HTTP door shows it."""

    url: str
    token: str | None

    def get(self, path: str, **asked: Any) -> Any:
        """Raises Unanswered."""
        return _decoded(self._good("GET", path, params=asked))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Raises Unanswered."""
        return _decoded(self._good("POST", path, json=body))

    def text(self, path: str, **asked: Any) -> str:
        """What is no JSON. Raises Unanswered."""
        return self._good("GET", path, params=asked, timeout=DOCUMENT_S).text

    def file(self, path: str, **asked: Any) -> bytes:
        """What is no text; a document takes longer than a look. Raises Unanswered."""
        return self._good("GET", path, params=asked, timeout=DOCUMENT_S).content

    def health(self) -> dict[str, Any]:
        """What the door says of its process, also where that is not well. Raises Unanswered."""
        answer = self._ask("GET", "/healthz")
        if answer.status_code not in (200, 503):
            raise _refusal(answer, known=self.token is not None)
        found = _decoded(answer)
        if not isinstance(found, dict) or not isinstance(found.get("checks"), dict):
            raise _stranger(answer)
        return found

    def _good(self, method: str, path: str, **more: Any) -> "httpx.Response":
        answer = self._ask(method, path, **more)
        if answer.is_success:
            return answer
        raise _refusal(answer, known=self.token is not None)

    def _ask(self, method: str, path: str, **more: Any) -> "httpx.Response":
        import httpx  # a tenth of a second, which `simpul replay` need not wait

        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            return httpx.request(method, self.url + path, headers=headers, **{"timeout": PATIENCE_S, **more})
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeEncodeError) as error:
            raise Unanswered(
                f"{self.url} cannot be asked with this token: {error}", "Check --url and --token"
            ) from None
        except httpx.HTTPError as error:
            if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes(error)):
                raise Unanswered(f"{self.url}: {error}", "Name the file of its CA in SSL_CERT_FILE") from None
            raise Unanswered(
                f"nothing answers at {self.url} ({str(error) or type(error).__name__})",
                "Start the service with `simpul run`, or name its address with --url",
            ) from None


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what each one comes of."""
    while True:
        yield error
        if (above := error.__cause__ or error.__context__) is None:
            return
        error = above


def _decoded(answer: "httpx.Response") -> Any:
    try:
        return answer.json()
    except ValueError:
        raise _stranger(answer) from None


def _stranger(answer: "httpx.Response") -> Unanswered:
    return Unanswered(f"{answer.url} does not speak as Simpul does", "Name the service's address with --url")


def _refusal(answer: "httpx.Response", *, known: bool) -> Unanswered:
    try:
        said = answer.json()["error"]
        what, remedy = str(said["reason"]), str(said["remedy"])
    except (ValueError, KeyError, TypeError):
        what, remedy = f"the service answered {answer.status_code}", ""
    if answer.status_code == 401:
        remedy = "Give another with --token or SIMPUL_TOKEN" if known else "Give one with --token or SIMPUL_TOKEN"
    return Unanswered(what, remedy.rstrip("."), answer.status_code)


def part(name: str) -> str:
    """Fit for one part of a path."""
    from urllib.parse import quote

    return quote(name, safe="")


def service(url: str, token: str | None) -> Service:
    """With the token that was given, else the environment's, else the data folder's, where it can be read: `token`;
    or, to a service on this machine alone, the one that the first start wrote for the administrator."""
    return Service(url.rstrip("/"), token or os.environ.get("SIMPUL_TOKEN") or _kept_token(url))


def _kept_token(url: str) -> str | None:
    from streams.files import Files
    from streams.settings import BadSettings, load

    try:
        files = Files(load().data)
    except (BadSettings, OSError):
        return None
    return _read(files.data / "token") or (_read_if_ours(files.first_token) if _is_here(url) else None)


def _read(file: Path) -> str | None:
    try:
        return file.read_text().strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def _read_if_ours(file: Path) -> str | None:
    """What only our own account may read: a file that others can write may hold anybody's token."""
    try:
        found = file.stat()
    except OSError:
        return None
    return _read(file) if found.st_uid == os.geteuid() and not found.st_mode & OTHERS else None


def _is_here(url: str) -> bool:
    """Whether it is an address of this machine: the administrator's token goes nowhere else by itself."""
    from ipaddress import ip_address
    from urllib.parse import urlsplit

    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def short(name: str) -> str:
    """As a table shows it: one long name does not widen all rows. Both ends stay, for they tell names apart."""
    return name if len(name) <= WIDEST else f"{name[: WIDEST - 3 - TAIL]}...{name[-TAIL:]}"


def fail(error: Unanswered) -> typer.Exit:
    """Say what is wrong; exit status 1."""
    remedy = f"\n{escape(error.remedy)}." if error.remedy else ""
    err.print(f"[red]{escape(error.what)}[/red]{remedy}")
    return typer.Exit(1)
