"""What TMF630 (REST design guidelines) asks of every collection: `fields`, `offset`, `limit`; how many there are."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

ROOT: Final = "/tmf-api"
ALWAYS: Final = ("id", "href", "@type")
LOOKED_AT: Final = 20_000  # of a collection, the newest; beyond these `offset` does not reach
Word = Annotated[str, Field(max_length=300)]


class Collection(BaseModel):
    """The query of a collection. What we do not know is refused: nobody is to think that it was heeded."""

    model_config = ConfigDict(extra="forbid")

    fields: Word | None = None
    offset: int = Field(default=0, ge=0, le=LOOKED_AT)
    limit: int = Field(default=100, ge=1, le=500)


def words(given: str | None) -> frozenset[str]:
    """Any of these, separated by commas (TMF630: an OR)."""
    return frozenset(word.strip() for word in (given or "").split(",") if word.strip())


def selected(resource: Mapping[str, Any], fields: str | None) -> dict[str, Any]:
    """Of its first level what was asked for, and what names it; `none`: that alone."""
    whole = {name: value for name, value in resource.items() if value not in (None, [], {})}
    if fields is None:
        return whole
    wanted = words(fields)
    return {name: value for name, value in whole.items() if name in ALWAYS or name in wanted}
