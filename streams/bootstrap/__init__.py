"""The composition root: the only place that names concrete connectors. What one process needs is imported there."""

from streams.bootstrap.before import First, alone_with_keys, begun, kept, page_link, passes, prepare
from streams.bootstrap.channels import channel_names, left_to_the_file, ways
from streams.bootstrap.doors import Doors, intake
from streams.bootstrap.listeners import Around, chosen, granted_buffer_bytes, held_open, kind_of, readers, resolver_of
from streams.bootstrap.member import Domain, Member, member
from streams.bootstrap.places import cluster, giving, keeping_users, recorded, tokens
from streams.bootstrap.shared import given_master
from streams.bootstrap.topics import topics
from streams.bootstrap.webhooks import parsers
from streams.bootstrap.worker import Worker, worker

__all__ = [
    "Around",
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
    "held_open",
    "intake",
    "keeping_users",
    "kept",
    "kind_of",
    "left_to_the_file",
    "member",
    "page_link",
    "parsers",
    "passes",
    "prepare",
    "readers",
    "recorded",
    "resolver_of",
    "tokens",
    "topics",
    "ways",
    "worker",
]
