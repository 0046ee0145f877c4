"""Who may knock at which door: one table of routes and roles, enforced for every route of the app.

What a person may do by a command is another question, which the policy answers when the command is folded.
"""

from typing import Final, get_args

from connectors.access.holders import Role
from correlator.events import StaffRole

STAFF: Final[frozenset[Role]] = frozenset(get_args(StaffRole))
EVERYONE: Final[frozenset[Role]] = STAFF | {"source", "portal"}
OPEN: Final[frozenset[Role]] = frozenset()  # no token is asked for
NOC: Final[frozenset[Role]] = frozenset(  # who works on the network, and who stands above them
    {"noc_operator", "technical", "service_manager", "operations_director", "administrator"}
)
MANAGERS: Final[frozenset[Role]] = frozenset(  # who answers for the figures, and who makes them (SOP 6, 8)
    {"care_supervisor", "service_manager", "operations_director", "customer_experience", "administrator"}
)
# Who works on complaints, and may know what a person said; reports are made without (SOP 4.2, 10)
DESK: Final[frozenset[Role]] = STAFF - {"customer_experience"}

ADMINISTRATOR: Final[frozenset[Role]] = frozenset({"administrator"})

SMS: Final = "/replies/sms"  # what customers send to our number, by a gateway

ROUTES: Final[dict[tuple[str, str], frozenset[Role]]] = {
    ("POST", "/alarms"): frozenset({"source", "noc_operator", "technical", "administrator"}),
    ("POST", "/webhooks/{name}"): frozenset({"source", "administrator"}),
    ("POST", "/complaints"): STAFF | {"portal"},
    ("POST", "/replies"): STAFF | {"portal"},
    ("POST", SMS): frozenset({"portal", "administrator"}),
    ("GET", "/a/{token}"): OPEN,  # a link in a message: shows what it asks
    ("POST", "/a/{token}"): OPEN,  # ... and takes the answer: the link is the secret, and is good once
    ("POST", "/commands"): STAFF,
    ("POST", "/bulk/commands"): STAFF,
    ("GET", "/commands/{command}"): STAFF,
    ("POST", "/maintenance"): NOC,
    ("GET", "/maintenance"): STAFF,
    ("POST", "/restored"): NOC,
    ("POST", "/events"): frozenset({"administrator"}),
    ("GET", "/outages/affected"): STAFF | {"portal"},
    ("POST", "/outages/affected"): STAFF | {"portal"},  # whom it names is in no URL
    ("GET", "/alarms"): STAFF,
    ("GET", "/alarms/unexplained"): STAFF,
    ("GET", "/alarms/explanation"): STAFF,
    ("GET", "/incidents"): STAFF,
    ("GET", "/incidents/{incident}"): STAFF,
    ("GET", "/incidents/{incident}/rca"): STAFF,
    ("GET", "/rca"): STAFF,
    ("GET", "/tickets"): STAFF,
    ("GET", "/queues"): STAFF,
    ("POST", "/customers"): DESK,  # whom it names is in no URL
    ("GET", "/tickets/{ticket}"): STAFF,
    ("GET", "/tickets/{ticket}/words"): DESK,
    ("GET", "/messages"): STAFF,
    ("GET", "/explain/{incident}"): STAFF,
    # the same things as the TM Forum's Open APIs write them
    ("GET", "/tmf-api/troubleTicket/v5/troubleTicket"): STAFF,
    ("GET", "/tmf-api/troubleTicket/v5/troubleTicket/{ticket}"): STAFF,
    ("POST", "/tmf-api/troubleTicket/v5/troubleTicket"): STAFF | {"portal"},  # as POST /complaints
    ("PATCH", "/tmf-api/troubleTicket/v5/troubleTicket/{ticket}"): STAFF,  # as POST /commands
    ("GET", "/tmf-api/alarmManagement/v5/alarm"): STAFF,
    ("GET", "/tmf-api/alarmManagement/v5/alarm/{alarm}"): STAFF,
    ("POST", "/tmf-api/alarmManagement/v5/alarm"): frozenset({"source", "noc_operator", "technical", "administrator"}),
    # who is told of them: what goes out of the house is for the administrator to say
    ("POST", "/tmf-api/troubleTicket/v5/hub"): ADMINISTRATOR,
    ("GET", "/tmf-api/troubleTicket/v5/hub"): ADMINISTRATOR,
    ("GET", "/tmf-api/troubleTicket/v5/hub/{hub}"): ADMINISTRATOR,
    ("DELETE", "/tmf-api/troubleTicket/v5/hub/{hub}"): ADMINISTRATOR,
    ("POST", "/tmf-api/alarmManagement/v5/hub"): ADMINISTRATOR,
    ("GET", "/tmf-api/alarmManagement/v5/hub"): ADMINISTRATOR,
    ("GET", "/tmf-api/alarmManagement/v5/hub/{hub}"): ADMINISTRATOR,
    ("DELETE", "/tmf-api/alarmManagement/v5/hub/{hub}"): ADMINISTRATOR,
    ("GET", "/sources"): STAFF,
    ("POST", "/sources/heartbeat"): frozenset({"source", "administrator"}),
    ("GET", "/unresolved"): STAFF,
    ("GET", "/syslog/unknown"): NOC,
    ("GET", "/reports"): MANAGERS,
    ("GET", "/reports/{report}"): MANAGERS,
    ("GET", "/surveys"): MANAGERS,
    ("GET", "/surveys/{survey}/words"): MANAGERS,  # who makes the index reads why (SOP 9)
    ("GET", "/improvements"): STAFF,
    ("GET", "/restitution"): MANAGERS | {"billing_account"},  # who pays it back (SOP 10)
    ("GET", "/handover"): STAFF,
    ("GET", "/metrics"): EVERYONE,
    ("GET", "/openapi.json"): EVERYONE,
    ("GET", "/healthz"): OPEN,  # probes carry no token; the answer names no person and no customer
    # the page
    ("GET", "/"): STAFF,
    ("GET", "/live"): STAFF,
    ("GET", "/desk"): STAFF,  # as GET /tickets and GET /queues
    ("GET", "/desk/tickets/{ticket}"): STAFF,
    ("POST", "/desk/tickets/{ticket}/steps"): STAFF,  # as POST /commands
    ("GET", "/desk/tickets/{ticket}/words"): DESK,
    ("GET", "/desk/incidents"): STAFF,  # as GET /incidents
    ("GET", "/desk/incidents/{incident}"): STAFF,  # as GET /incidents/{incident}
    ("POST", "/desk/incidents/{incident}/steps"): STAFF,  # as POST /commands
    ("GET", "/desk/alarms"): STAFF,  # as GET /alarms/explanation
    ("POST", "/desk/alarms"): STAFF,  # as POST /commands
    ("GET", "/desk/many"): STAFF,
    ("POST", "/desk/many"): STAFF,  # as POST /bulk/commands
    ("POST", "/desk/many/chosen"): STAFF,  # commands nothing: leads to GET /desk/many
    ("GET", "/desk/rca"): STAFF,  # as GET /rca
    ("GET", "/desk/rca/{record}"): STAFF,  # as GET /incidents/{incident}/rca
    ("GET", "/desk/rca/{record}/pdf"): STAFF,
    ("POST", "/desk/rca/{record}/steps"): STAFF,  # as POST /commands
    ("GET", "/desk/reports"): STAFF,  # leads to the doors of reports
    ("GET", "/desk/improvements"): STAFF,  # as GET /improvements
    ("POST", "/desk/improvements"): STAFF,  # as POST /commands
    ("GET", "/desk/improvements/{entry}"): STAFF,
    ("POST", "/desk/improvements/{entry}/steps"): STAFF,  # as POST /commands
    ("GET", "/desk/surveys"): MANAGERS,  # as GET /surveys
    ("POST", "/desk/surveys"): MANAGERS,  # as POST /commands
    ("GET", "/desk/surveys/{survey}/words"): MANAGERS,  # as GET /surveys/{survey}/words
    ("GET", "/desk/callers"): DESK,
    ("POST", "/desk/callers"): DESK,  # as POST /customers
    ("POST", "/desk/complaints"): DESK,  # as POST /complaints
    ("GET", "/signin"): OPEN,  # asks for a token
    ("POST", "/signin"): OPEN,  # checks it, or name and password
    ("GET", "/signin/oidc"): OPEN,  # to the operator's identity provider
    ("GET", "/signin/oidc/back"): OPEN,  # and back from it
    ("POST", "/signin/oidc/logout"): OPEN,  # from the provider itself: its signed word ends what it names
    ("POST", "/signout"): OPEN,  # ends what the cookie names, and nothing else
    ("GET", "/page/{file}"): OPEN,  # style and script: the same for everyone
}

# What a person reads in a browser: there an error is a page too.
PAGES: Final[frozenset[tuple[str, str]]] = frozenset(
    {("GET", "/"), *(route for route in ROUTES if route[1].startswith("/desk"))}
)

# Where the page's cookie counts as well as a bearer token. A cookie alone must never be a command: what is posted by
# one carries the key of a form that the session was shown besides.
BY_COOKIE: Final[frozenset[tuple[str, str]]] = PAGES | {
    ("GET", path) for path in ("/live", "/reports/{report}", "/restitution", "/handover")
}

# Where a secret is tried by whom nobody knows yet: so often from one address, and no more.
GUESSING: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("GET", "/signin"),
        ("POST", "/signin"),
        ("GET", "/signin/oidc"),
        ("GET", "/signin/oidc/back"),
        ("POST", "/signin/oidc/logout"),
    }
)

# Where each request is told to the audit; refusals (401, 403, 429) are told of every door.
AUDITED: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("POST", "/replies"),
        ("POST", SMS),
        ("POST", "/a/{token}"),
        ("POST", "/commands"),
        ("POST", "/bulk/commands"),
        ("POST", "/maintenance"),
        ("POST", "/restored"),
        ("POST", "/events"),
        ("PATCH", "/tmf-api/troubleTicket/v5/troubleTicket/{ticket}"),
        ("POST", "/tmf-api/troubleTicket/v5/hub"),
        ("DELETE", "/tmf-api/troubleTicket/v5/hub/{hub}"),
        ("POST", "/tmf-api/alarmManagement/v5/hub"),
        ("DELETE", "/tmf-api/alarmManagement/v5/hub/{hub}"),
        ("GET", "/tickets/{ticket}/words"),
        ("POST", "/desk/tickets/{ticket}/steps"),
        ("POST", "/desk/incidents/{incident}/steps"),
        ("POST", "/desk/alarms"),
        ("POST", "/desk/many"),
        ("POST", "/desk/rca/{record}/steps"),
        ("POST", "/desk/improvements"),
        ("POST", "/desk/improvements/{entry}/steps"),
        ("POST", "/desk/surveys"),
        ("GET", "/desk/surveys/{survey}/words"),
        ("GET", "/desk/tickets/{ticket}/words"),
        ("GET", "/restitution"),
        ("GET", "/surveys/{survey}/words"),
        ("POST", "/signin"),
        ("GET", "/signin/oidc/back"),
        ("POST", "/signin/oidc/logout"),
        ("POST", "/signout"),
    }
)
