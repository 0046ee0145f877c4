"""What may go wrong at a port, typed: may it be tried again, or not?"""


class PortError(Exception):
    """An operating error at the rim; `remedy` is a sentence for the person on shift."""

    recoverable = True

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what}. {remedy}" if remedy else what)
        self.what = what
        self.remedy = remedy


class JournalFull(PortError):
    """The disk is full or the journal cannot be written: nothing is acknowledged until it can."""


class StoreDown(PortError):
    """The store cannot be written or reached: the disk is full, another process holds it, the server is away."""


class Fenced(PortError):
    """Another owner took the domain over: drop memory and load again."""


class Refused(PortError):
    """A store does not take this very thing, and nobody knows why. It takes others: what leads to it is to be found."""


class Unusable(PortError):
    """What is stored cannot be read by this version, or is damaged."""

    recoverable = False
