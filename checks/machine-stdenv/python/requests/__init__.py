"""The part of `requests` that fetch-cargo-vendor-util uses, on the standard library: a streamed GET with retries."""

import os
import ssl
import time
import urllib.error
import urllib.request
from typing import Iterator

from . import adapters

__all__ = ["Response", "Session", "adapters"]


class Response:
    def __init__(self, status: int, body) -> None:
        self.status_code = status
        self.ok = status < 400
        self._body = body

    def __enter__(self) -> "Response":
        return self

    def __exit__(self, *_) -> None:
        if self._body is not None:
            self._body.close()

    def iter_content(self, size: int) -> Iterator[bytes]:
        while chunk := self._body.read(max(size, 65536)):
            yield chunk


class Session:
    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self._retry = adapters.Retry()

    def mount(self, _prefix: str, adapter: "adapters.HTTPAdapter") -> None:
        self._retry = adapter.max_retries

    def get(self, url: str, stream: bool = False) -> Response:
        authorities = os.environ.get("SSL_CERT_FILE") or os.environ.get("NIX_SSL_CERT_FILE")
        context = ssl.create_default_context(cafile=authorities)
        request = urllib.request.Request(url, headers=self.headers)
        for attempt in range(self._retry.total + 1):
            try:
                return Response(200, urllib.request.urlopen(request, timeout=60, context=context))
            except urllib.error.HTTPError as error:
                if error.code not in self._retry.status_forcelist or attempt == self._retry.total:
                    return Response(error.code, None)
            except OSError:
                if attempt == self._retry.total:
                    raise
            time.sleep(self._retry.backoff_factor * 2**attempt)
        raise AssertionError("the loop returns or raises")
