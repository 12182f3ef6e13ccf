"""The days that a run is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final


class NoDays(ValueError):  # noqa: N818 - reads as what happened
    """Days that end before they begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days, in UTC, that a run is about: all, where neither end is set. Both ends count in. Raises NoDays where there is none."""

    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise NoDays(f"since {self.since} until {self.until} is no day at all: the first day is the later one")

    @property
    def are_all(self) -> bool:
        """Whether no day is left out."""
        return self.since is None and self.until is None

    def hold(self, instant: datetime | None) -> bool:
        """Returns whether an instant is in one of them; an unknown one is in none."""
        if instant is None:
            return False
        day = instant.astimezone(UTC).date()
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


ALL_DAYS: Final = Days()
