"""The composition root: the only place that names concrete connectors. What one process needs is imported there."""

from streams.bootstrap.before import First, alone_with_keys, begun, kept, page_link, passes, prepare
from streams.bootstrap.channels import channel_names, ways
from streams.bootstrap.doors import Doors, intake
from streams.bootstrap.listeners import chosen, granted_buffer_bytes
from streams.bootstrap.member import Domain, Member, member
from streams.bootstrap.places import cluster, giving, recorded, tokens
from streams.bootstrap.shared import given_master
from streams.bootstrap.topics import topics
from streams.bootstrap.worker import Worker, worker

__all__ = [
    "Domain",
    "Doors",
    "First",
    "Member",
    "Worker",
    "alone_with_keys",
    "begun",
    "channel_names",
    "chosen",
    "cluster",
    "given_master",
    "giving",
    "granted_buffer_bytes",
    "intake",
    "kept",
    "member",
    "page_link",
    "passes",
    "prepare",
    "recorded",
    "tokens",
    "topics",
    "ways",
    "worker",
]
