# SPDX-License-Identifier: Apache-2.0
#
# A server of debug files for one test: serves the files below a folder by their path, until it is killed.
# usage: debug_server.py FOLDER     prints its port, then the path of each request
import http.server
import os
import sys

FOLDER = os.path.realpath(sys.argv[1])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print("GET", self.path, flush=True)
        path = os.path.realpath(FOLDER + self.path)
        if not path.startswith(FOLDER + "/") or not os.path.isfile(path):
            self.send_error(404)
            return
        with open(path, "rb") as file:
            content = file.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print("port", server.server_port, flush=True)
server.serve_forever()
