"""Runs the create-vendor-staging of nixpkgs' fetch-cargo-vendor-util.py as it stands, for tests.

Usage: stage.py SCRIPT REGISTRY LOOPBACK LOCK OUT

Two things stand between it and a test, and only they are changed. Its `requests` is the class below, which asks LOOPBACK
where the script asks REGISTRY and nobody else. Quotes nested in its format strings, which Python reads since 3.12, become
single ones. `tomli_w` serves another of its commands.
"""

import multiprocessing
import re
import sys
import types
import urllib.error
import urllib.request

script, registry, loopback, lock, out = sys.argv[1:]


class Response:
    def __init__(self, response):
        self.response = response
        self.status_code = response.status
        self.ok = response.status < 400

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.response.close()

    def iter_content(self, size):
        while chunk := self.response.read(size):
            yield chunk


class Session:
    def __init__(self):
        self.headers = {}

    def mount(self, prefix, adapter):
        pass

    def get(self, url, stream):
        if not url.startswith(registry + "/"):
            raise Exception(f"asked for {url}")
        try:
            return Response(urllib.request.urlopen(loopback + url[len(registry):]))
        except urllib.error.HTTPError as error:
            return Response(error)


class Retry:
    def __init__(self, **options):
        pass


class HTTPAdapter:
    def __init__(self, **options):
        pass


requests = types.ModuleType("requests")
requests.Session = Session
adapters = types.ModuleType("requests.adapters")
adapters.HTTPAdapter = HTTPAdapter
adapters.Retry = Retry
sys.modules.update({"requests": requests, "requests.adapters": adapters, "tomli_w": types.ModuleType("tomli_w")})
multiprocessing.set_start_method("fork")
with open(script, encoding="utf-8") as file:
    text = re.sub(r'\{pkg\["(\w+)"\]\}', r"{pkg['\1']}", file.read())
sys.argv = [script, "create-vendor-staging", lock, out]
exec(compile(text, script, "exec"))
