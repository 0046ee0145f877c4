"""The master key from a command: the client of a key management service (KMS) or of a vault, as the operator has it.

The command is run as it is given, by no shell, once for each process that needs the key. What it prints is the key, as
it would stand in a file. It lies in memory only.
"""

import subprocess
from collections.abc import Sequence

from connectors.ports import PortError, Unusable

MOST_S = 30.0
SHOWN = 200  # signs of what it complained of
BY_HAND = "Run it by hand as the service's user; key_command in the settings names it"


def said(command: Sequence[str], most_s: float = MOST_S) -> bytes:
    """Its standard output. Unusable: there is no such program; PortError: it failed, or took too long; it may be tried
    again."""
    named = f"The key command {command[0]}"
    try:
        done = subprocess.run(  # noqa: S603  # the operator's own
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=most_s, check=False
        )
    except subprocess.TimeoutExpired:
        raise PortError(f"{named} did not end within {most_s:g} s", BY_HAND) from None
    except OSError as error:
        raise Unusable(f"{named} cannot be run: {error.strerror}", "Give its whole path in key_command") from error
    if done.returncode:
        words = " ".join(done.stderr.decode(errors="replace").split())[:SHOWN]
        raise PortError(f"{named} ended with status {done.returncode}: {words or 'it said nothing'}", BY_HAND)
    return done.stdout
