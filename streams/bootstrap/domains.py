"""Several domains: the settings say in which partition each has its journal, the policy who decides where."""

from collections.abc import Sequence

from correlator.policy import Policy
from streams.files import BadFiles
from streams.processes.intake.routing import Routes
from streams.processes.intake.several import Intakes
from streams.processes.intake.writer import Intake, IntakePorts
from streams.settings import Settings

AGREE = (
    "Give kafka.domains and the policy's domains.names the same names; in kafka.domains a new one goes to the end, and "
    "none ever moves"
)


def disagreement(settings: Settings, policy: Policy) -> str | None:
    """What is wrong where the settings name other domains than the policy; None where they agree."""
    ours, theirs = settings.domains, policy.domains.names
    if set(ours) == set(theirs) or max(len(ours), len(theirs)) == 1:
        return None
    return f"The settings name the domains {', '.join(ours)}, the policy {', '.join(theirs) or 'none'}"


def agreed(settings: Settings, policy: Policy) -> None:
    """Raises BadFiles where they do not."""
    if (wrong := disagreement(settings, policy)) is not None:
        raise BadFiles(wrong, AGREE)


def nationally(settings: Settings, policy: Policy) -> Sequence[str]:
    """All domains, the one first that decides on whatever touches two."""
    return policy.domains.names if len(settings.domains) > 1 else settings.domains


def inlet_of(domains: Sequence[str], routes: Routes, ports: IntakePorts) -> Intake | Intakes:
    """What comes in is written by one for each domain; where there is one domain, nothing is looked up."""
    return Intake(domains[0], ports) if len(domains) == 1 else Intakes(domains, routes, ports)
