"""What a deployment may set of who signs in at the page: `[users]` and `[oidc]`, parts of `streams.settings`."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from correlator.events import StaffRole
from streams.part import Part, is_loopback


class Users(Part):
    """Persons who sign in by name and password; `simpul users` adds them."""

    totp: tuple[StaffRole, ...] = Field(
        default=(), description="roles that sign in with a code as well (TOTP, RFC 6238), as administrator"
    )


class Oidc(Part):
    """The operator's identity provider (OpenID Connect). Given: the page offers it."""

    issuer: str = Field(description="the provider's issuer, sign for sign; https, but on this machine")
    client_id: str = Field(min_length=1, description="as which the service is registered there")
    client_secret: str | None = Field(
        default=None, repr=False, description="or SIMPUL_OIDC__CLIENT_SECRET; none: a public client, PKCE alone"
    )
    roles: dict[str, StaffRole] = Field(
        min_length=1, description="role by the provider's word; the first that somebody has is theirs"
    )
    roles_claim: str = Field(
        default="roles",
        min_length=1,
        description="claim that has these words; deeper: realm_access.roles",
    )
    name_claim: str = Field(
        default="preferred_username",
        min_length=1,
        description="claim that names the person",
    )
    scopes: tuple[str, ...] = Field(default=("openid", "profile"), description="what is asked of the provider")
    title: str = Field(default="SSO", min_length=1, description="what the page calls it")

    @model_validator(mode="after")
    def _safe(self) -> Self:
        issuer = urlsplit(self.issuer)
        if not issuer.hostname or issuer.scheme not in ("https", "http") or issuer.query or issuer.fragment:
            raise ValueError(f"issuer {self.issuer} is no address: give it as https://sso.example.net/realms/noc")
        if issuer.scheme == "http" and not is_loopback(issuer.hostname):
            raise ValueError(f"issuer {self.issuer} is in clear, for all to read and to forge: give its https address")
        if "openid" not in self.scopes:
            raise ValueError("scopes lacks openid, without which there is no ID token: add it")
        return self
