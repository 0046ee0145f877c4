"""One identity provider: what it says of itself, its keys, and the two steps of the authorization code flow with PKCE
(OpenID Connect Core 3.1, RFC 7636); and its word that somebody signed out there (Back-Channel Logout 1.0).

What has to be remembered between the steps lies in a cookie of the browser, so that any door may take the second one.
"""

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from connectors.access.holders import Role
from connectors.access.single_sign_on import Known, LogOut, Person, SignOnFailed
from correlator.events import HOUR_US, MINUTE_US, SECOND_US

DISCOVERY: Final = "/.well-known/openid-configuration"
ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
PATIENCE_S = 10.0
KNOWN_US = HOUR_US  # how long what the provider says of itself is believed
AGAIN_US = MINUTE_US  # its keys are read anew at most so often, whoever sends what they do not fit
LEEWAY_S = 60  # clocks differ
ESSENTIAL: Final[jwt.ClaimsOption] = {"essential": True}
LOGOUT: Final = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TYPES: Final = (None, "JWT", "logout+jwt", "application/logout+jwt")  # that a logout token may say it is
LONGEST_US = HOUR_US  # that one may be good: so long it is remembered
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Registered:
    """As the provider knows us, and what we make of whom it knows. `roles`: the first that somebody has is theirs."""

    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)
    roles: Mapping[str, Role]  # by the provider's word
    title: str = "SSO"
    scopes: tuple[str, ...] = ("openid", "profile")
    roles_claim: str = "roles"  # with points, where it lies deeper: realm_access.roles
    name_claim: str = "preferred_username"


class _Kept(msgspec.Struct, frozen=True):
    """Between the steps."""

    state: str
    nonce: str
    verifier: str


class _Described(msgspec.Struct, frozen=True):
    """Of the provider's description (OpenID Connect Discovery 1.0, 3) what we need."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Provider:
    """Implements `SingleSignOn`. `transport`: of HTTP; none: the real one."""

    def __init__(
        self, registered: Registered, clock: Callable[[], int], transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """`clock`: microseconds since 1970."""
        self._registered = registered
        self._clock = clock
        self._transport = transport
        self._described: _Described | None = None
        self._keys: KeySet | None = None
        self._read_us = 0
        self._reading = asyncio.Lock()
        self.title = registered.title

    async def begin(self, back: str) -> tuple[str, str]:
        described, _ = await self._known()
        kept = _Kept(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        challenge = hashlib.sha256(kept.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._registered.client_id,
            "redirect_uri": back,
            "scope": " ".join(self._registered.scopes),
            "state": kept.state,
            "nonce": kept.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        url = str(httpx.URL(described.authorization_endpoint).copy_merge_params(asked))
        return url, base64.urlsafe_b64encode(msgspec.json.encode(kept)).decode().rstrip("=")

    async def finish(self, back: str, asked: Mapping[str, str], kept: str) -> Person:
        began = _opened(kept)
        if began is None or not secrets.compare_digest(began.state.encode(), asked.get("state", "").encode()):
            raise SignOnFailed(
                "oidc_refused", "the sign-in was not begun in this browser, or too long ago", "Begin anew"
            )
        if "code" not in asked:
            why = asked.get("error", "no code")[:LONGEST_NAME]
            raise SignOnFailed("oidc_refused", f"the provider gave no code: {why}", self._see("oidc.client_id"))
        described, keys = await self._known()
        token = await self._token(described.token_endpoint, back, asked["code"], began.verifier)
        return self._person(await self._claims(token, keys, began.nonce))

    async def logged_out(self, token: str) -> LogOut:
        _, keys = await self._known()
        try:
            decoded = await self._good(token, keys, iat=ESSENTIAL, jti=ESSENTIAL)
        except (JoseError, ValueError) as error:
            raise self._no_logout(str(error)) from error
        claims = decoded.claims
        events, subject, session = claims.get("events"), claims.get("sub", ""), claims.get("sid", "")
        if decoded.header.get("typ") not in LOGOUT_TYPES:
            raise self._no_logout("its type is another one")
        if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict):
            raise self._no_logout("its events have no logout")
        if "nonce" in claims:
            raise self._no_logout("it has a nonce, as an ID token")
        if not all(isinstance(one, str) for one in (subject, session, claims["jti"])) or not (subject or session):
            raise self._no_logout("it names nobody (sub, sid)")
        until_us = (int(claims["exp"]) + LEEWAY_S) * SECOND_US
        if until_us > self._clock() + LONGEST_US:
            raise self._no_logout("it is good for too long")
        return LogOut(Known(subject, session), claims["jti"], until_us)

    def _no_logout(self, why: str) -> SignOnFailed:
        what = f"what says that somebody signed out is no logout token of the provider: {why}"
        return SignOnFailed("oidc_refused", what, self._see("oidc.issuer and oidc.client_id"))

    async def _token(self, url: str, back: str, code: str, verifier: str) -> str:
        """The ID token for a code (RFC 6749, 4.1.3)."""
        given = self._registered
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        auth = httpx.USE_CLIENT_DEFAULT if given.client_secret is None else _basic(given.client_id, given.client_secret)
        if given.client_secret is None:
            form["client_id"] = given.client_id
        try:
            async with httpx.AsyncClient(timeout=PATIENCE_S, transport=self._transport) as client:
                answer = await client.post(url, data=form, auth=auth)
            said = answer.json()
            if answer.is_success:
                return str(said["id_token"])
            refusal = str(said["error"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise self._away(url, error) from error
        what = f"the provider refused the code: {refusal[:LONGEST_NAME]}"
        raise SignOnFailed("oidc_refused", what, self._see("oidc.client_id and oidc.client_secret"))

    async def _claims(self, token: str, keys: KeySet, nonce: str) -> dict[str, Any]:
        try:
            decoded = await self._good(token, keys, nonce={**ESSENTIAL, "value": nonce})
        except (JoseError, ValueError) as error:
            what = f"the provider's ID token is not good: {error}"
            raise SignOnFailed("oidc_refused", what, self._see("oidc.issuer and oidc.client_id")) from error
        claims = dict(decoded.claims)
        if claims.get("azp", self._registered.client_id) != self._registered.client_id:
            raise SignOnFailed("oidc_refused", "the ID token is another client's (azp)", self._see("oidc.client_id"))
        return claims

    async def _good(self, token: str, keys: KeySet, **more: jwt.ClaimsOption) -> jwt.Token:
        """Of the provider, for us, not over; `more` claims are looked at besides. Raises JoseError, ValueError."""
        decoded = await self._decoded(token, keys)
        jwt.JWTClaimsRegistry(
            now=None,
            leeway=LEEWAY_S,
            iss={**ESSENTIAL, "value": self._registered.issuer},
            aud={**ESSENTIAL, "value": self._registered.client_id},
            exp=ESSENTIAL,
            **more,
        ).validate(decoded.claims)
        return decoded

    async def _decoded(self, token: str, keys: KeySet) -> jwt.Token:
        """With a good signature. Raises JoseError, ValueError."""
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            _, keys = await self._known(anew=True)  # keys are exchanged now and then
            return jwt.decode(token, keys, algorithms=ALGORITHMS)

    def _person(self, claims: Mapping[str, Any]) -> Person:
        given = self._registered
        name = str(claims.get(given.name_claim) or claims.get("sub") or "")[:LONGEST_NAME]
        if not name.strip() or not name.isprintable():
            raise SignOnFailed(
                "oidc_refused", f"the claim {given.name_claim} names nobody", self._see("oidc.name_claim")
            )
        words = _words(claims, given.roles_claim)
        role = next((role for word, role in given.roles.items() if word in words), None)
        if role is None:
            what = f"the claim {given.roles_claim} of {name} has no word of oidc.roles"
            raise SignOnFailed(
                "oidc_no_role", what, "Give them one at the provider, or correct oidc.roles_claim or oidc.roles"
            )
        return Person(name, role, known=Known(str(claims.get("sub", "")), str(claims.get("sid", ""))))

    async def _known(self, *, anew: bool = False) -> tuple[_Described, KeySet]:
        """What it says of itself, and its keys. Raises SignOnFailed."""
        async with self._reading:
            late = self._clock() > self._read_us + (AGAIN_US if anew else KNOWN_US)
            if self._described is None or self._keys is None or late:
                self._described, self._keys = await self._read()
                self._read_us = self._clock()
            return self._described, self._keys

    async def _read(self) -> tuple[_Described, KeySet]:
        issuer = self._registered.issuer
        url = issuer.rstrip("/") + DISCOVERY
        try:
            async with httpx.AsyncClient(timeout=PATIENCE_S, transport=self._transport) as client:
                said = (await client.get(url)).raise_for_status().content
                described = msgspec.json.decode(said, type=_Described)
                keys = KeySet.import_key_set((await client.get(described.jwks_uri)).raise_for_status().json())
        except (httpx.HTTPError, msgspec.MsgspecError, JoseError, ValueError, KeyError) as error:
            raise self._away(url, error) from error
        if described.issuer != issuer:
            what = f"{url} names another issuer: {described.issuer}"
            raise SignOnFailed("oidc_away", what, "Set oidc.issuer to it, sign for sign")
        return described, keys

    def _away(self, url: str, error: Exception) -> SignOnFailed:
        what = f"{url} does not answer as a provider does: {str(error) or type(error).__name__}"
        return SignOnFailed("oidc_away", what, "See whether it is up, and whether oidc.issuer is its address")

    def _see(self, setting: str) -> str:
        return f"Compare {setting} with what is registered at {self._registered.issuer}"


def _basic(name: str, secret: str) -> httpx.BasicAuth:
    """RFC 6749, 2.3.1."""
    return httpx.BasicAuth(quote(name, safe=""), quote(secret, safe=""))


def _opened(kept: str) -> _Kept | None:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4)), type=_Kept)
    except (ValueError, msgspec.MsgspecError):
        return None


def _words(claims: Mapping[str, Any], path: str) -> Sequence[str]:
    """Of a claim that is a word, or a list of them."""
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return [found]
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
