#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""As much of a docker daemon as `docker create` asks for.  usage: docker_stand_in.py SOCKET FILE

Writes the body of each request to create a container to FILE, until it is killed.
"""
import http.server
import socketserver
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("API-Version", "1.41")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.answer(200, b"OK")

    def do_GET(self):
        self.answer(200, b"OK" if self.path.endswith("/_ping") else b"{}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "/containers/create" in self.path:
            with open(sys.argv[2], "wb") as file:
                file.write(body)
        self.answer(201, b'{"Id": "0123456789ab", "Warnings": []}')

    def address_string(self):
        return "unix"

    def log_message(self, *arguments):
        pass


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


Server(sys.argv[1], Handler).serve_forever()
