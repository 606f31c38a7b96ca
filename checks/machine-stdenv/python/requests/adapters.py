"""Retry settings in the shape of `requests.adapters`."""

from dataclasses import dataclass, field


@dataclass
class Retry:
    total: int = 0
    backoff_factor: float = 0.5
    status_forcelist: list[int] = field(default_factory=list)


class HTTPAdapter:
    def __init__(self, max_retries: Retry) -> None:
        self.max_retries = max_retries
