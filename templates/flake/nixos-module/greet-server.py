#!/usr/bin/env python3
"""Greets people over HTTP: GET /NAME. The one argument names a JSON file with address, port and greetings."""

import json
import sys
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

with open(sys.argv[1], encoding="utf-8") as file:
    SETTINGS = json.load(file)


class Greeter(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = urllib.parse.unquote(self.path.removeprefix("/"))
        if not name:
            self.send_error(404, "no name")
            return
        body = f"{SETTINGS['greetings'].get(name, 'Hello')}, {name}!\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer((SETTINGS["address"], SETTINGS["port"]), Greeter).serve_forever()
