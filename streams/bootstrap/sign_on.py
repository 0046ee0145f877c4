"""Single sign-on, as the settings name it."""

from typing import TYPE_CHECKING

from streams import clock
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.access.single_sign_on import SingleSignOn


def single_sign_on(settings: Settings) -> "SingleSignOn | None":
    """None where there is no [oidc]. The provider is first asked when somebody signs in."""
    given = settings.oidc
    if given is None:
        return None
    from connectors.oidc.provider import Provider, Registered

    return Provider(
        Registered(
            issuer=given.issuer,
            client_id=given.client_id,
            client_secret=given.client_secret,
            roles=given.roles,
            title=given.title,
            scopes=given.scopes,
            roles_claim=given.roles_claim,
            name_claim=given.name_claim,
        ),
        clock.wall_us,
    )
