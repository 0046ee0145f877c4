"""The channels' memory twin: keeps what it was sent, answers as it is told to."""

from collections.abc import Iterable, Sequence

from connectors.ports import Answer, Message, Sent


class MemoryChannel:
    """`answers` are given in turn, then `Sent`; `messages` are those that it took."""

    def __init__(self, name: str = "memory", *, repeats_safely: bool = False, answers: Iterable[Answer] = ()) -> None:
        self.name = name
        self.repeats_safely = repeats_safely
        self.messages: list[Message] = []
        self.attempts: list[str] = []  # ids of all messages, taken or not
        self._answers = list(answers)

    async def send(self, message: Message) -> Answer:
        self.attempts.append(message.id)
        answer = self._answers.pop(0) if self._answers else Sent()
        if isinstance(answer, Sent):
            self.messages.append(message)
        return answer

    async def close(self) -> None:
        """Nothing to close."""


class AnsweringMemoryChannel(MemoryChannel):
    """One that can say afterwards what it took (port `Answering`)."""

    knows_all = True

    async def took(self, ids: Sequence[str]) -> set[str]:
        """Which of these messages it has."""
        return {message.id for message in self.messages} & set(ids)
