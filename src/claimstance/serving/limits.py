"""What one request may ask for, and the errors for more."""

from dataclasses import dataclass
from http import HTTPStatus

from claimstance.errors import ClaimstanceError

BYTES_A_CHARACTER = 20  # markup included, as `reading` allows it
OVERHEAD = 65_536  # bytes of a form, or of JSON, beside the text


@dataclass(frozen=True, slots=True)
class Limits:
    """Characters and sentences of all articles of a request; seconds until it is answered."""

    chars: int = 100_000
    sentences: int = 2_000
    seconds: float = 60.0
    waiting: int = 16  # requests for the model beside the one that it works on
    open: int = 64  # requests whose bodies are in memory

    @property
    def body(self) -> int:
        """The longest body, in bytes."""
        return self.chars * BYTES_A_CHARACTER + OVERHEAD


class RefusalError(ClaimstanceError):
    """A request that is not answered, with what its sender may do."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    retry_after = 0  # seconds


class TooMuchError(RefusalError):
    """More than one request may ask for."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class BusyError(RefusalError):
    """More requests than can wait, or one that waited too long."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    retry_after = 5


class SlowError(RefusalError):
    """A body that does not come."""

    status = HTTPStatus.REQUEST_TIMEOUT


class StrangerError(RefusalError):
    """A request that a page of another site has made."""

    status = HTTPStatus.FORBIDDEN
