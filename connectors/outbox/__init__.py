"""The dispatcher: effects become messages, messages are addressed, worded and sent, and what became of them is kept.

A message is *queued* exactly once. An attempt is committed before it is sent; one that is found open after a crash is
uncertain: a channel that can answer is asked, mail is repeated under the same Message-ID, other messages are not.
"""

from connectors.outbox.addresses import Addresses
from connectors.outbox.complainants import Complainants
from connectors.outbox.dispatcher import Dispatcher
from connectors.outbox.parts import DispatchPorts, Rules, Way

__all__ = ["Addresses", "Complainants", "DispatchPorts", "Dispatcher", "Rules", "Way"]
