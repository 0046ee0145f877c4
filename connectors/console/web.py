"""What goes to a browser and comes of one: headers, cookies, languages, forms."""

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from connectors.access.passes import SESSION_US
from connectors.console.words import Language, chosen
from connectors.formats.forms import MOST_FIELDS, first_of_each, form_fields, form_lists

COOKIE: Final = "simpul_page"
LANGUAGE_COOKIE: Final = "simpul_language"
LONGEST_FORM: Final = 4096
READING_S: Final = 20.0  # for a form to arrive

# No script, style or picture from elsewhere, nothing inline: what a label or an alert says can never run.
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser would call the origin of our own forms null
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def keep(request: Request, answer: Response, name: str, value: str) -> Response:
    """With the answer goes a cookie, which where TLS is spoken never travels without it."""
    secure, seconds = request.url.scheme == "https", SESSION_US // 10**6
    answer.set_cookie(name, value, max_age=seconds, samesite="strict", httponly=True, secure=secure)
    return answer


def html(content: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(content, status, HEADERS)


def spoken(request: Request, content: str, language: Language) -> Response:
    """A page; the language that was asked for by name is kept."""
    answer = html(content)
    if request.query_params.get("lang") == language:
        keep(request, answer, LANGUAGE_COOKIE, language)
    return answer


def language(request: Request) -> Language:
    asked, kept = request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)
    return chosen(asked, kept, request.headers.get("accept-language", ""))


def own(request: Request) -> bool:
    """The form was ours: browsers say where a POST comes from (RFC 6454); other clients need not."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def form_key(request: Request) -> str:
    """What the forms of this session carry: nobody without a page of it knows it, and it does not tell the cookie."""
    return hashlib.sha256(b"form " + request.cookies.get(COOKIE, "").encode()).hexdigest()[:32]


def keyed(request: Request, form: Mapping[str, str]) -> bool:
    """The form is of a page that this session was shown, and the browser says nothing against it."""
    return own(request) and hmac.compare_digest(form.get("key", "").encode(), form_key(request).encode())


async def form_of(request: Request, longest: int = LONGEST_FORM, most: int = MOST_FIELDS) -> dict[str, str]:
    """Nothing where it is longer than a form of ours, has more fields, or takes longer than one to arrive."""
    return form_fields(await _arrived(request, longest), most)


async def choice_of(request: Request, name: str, longest: int, most: int) -> tuple[dict[str, str], list[str]]:
    """The same, and all values of a field that may be there many times."""
    found = form_lists(await _arrived(request, longest), most)
    return first_of_each(found), found.get(name, [])


async def _arrived(request: Request, longest: int) -> bytes:
    """The form as it was sent; nothing where it is too long or too slow."""
    body = bytearray()
    try:
        async with asyncio.timeout(READING_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > longest:
                    return b""
    except TimeoutError:
        return b""
    return bytes(body)
