"""Stands in for a member: Patroni's answers by the role in /tmp/role, and a port that says its name."""

import http.server
import socketserver
import sys
import threading

name, role = sys.argv[1:]
with open("/tmp/role", "w") as file:
    file.write(role)


class RestApi(http.server.BaseHTTPRequestHandler):
    def do_OPTIONS(self):
        self.do_GET()

    def do_GET(self):
        with open("/tmp/role") as file:
            role = file.read().strip()
        asked = self.path.split("?")[0].strip("/")
        known = asked in ("primary", "replica")
        self.send_response(503 if known and asked != role else 200)
        self.end_headers()
        self.wfile.write(name.encode())

    def log_message(self, *_):
        pass


class Postgres(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(f"{name}\n".encode())
        while self.request.recv(100):
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


threading.Thread(target=http.server.ThreadingHTTPServer(("", 8008), RestApi).serve_forever).start()
Server(("", 5432), Postgres).serve_forever()
