"""Stands in for a member: Patroni's answers over TLS by the role in /tmp/role, and a port that says
its name.

A `promoting` member holds the leader key while PostgreSQL is still in recovery. A `lagging` standby
is too far behind to serve reads, and a `lonely` one does not stream.

Its private key and certificate are in the file that its arguments end with.
"""

import http.server
import json
import socketserver
import ssl
import sys
import threading

name, role, identity = sys.argv[1:]
with open("/tmp/role", "w") as file:
    file.write(role)


class RestApi(http.server.BaseHTTPRequestHandler):
    def do_OPTIONS(self):
        self.do_GET()

    def do_GET(self):
        with open("/tmp/role") as file:
            role = file.read().strip()
        if role == "silent":
            self.close_connection = True
            return
        asked = self.path.split("?")[0].strip("/")
        answers = {
            "primary": ["primary"],
            "replica": ["replica"],
            "promoting": ["primary", "replica"],
            "lonely": ["replica"],
        }
        known = asked in ("primary", "replica")
        self.send_response(503 if known and asked not in answers.get(role, []) else 200)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(self.body(known, role))

    def body(self, known, role):
        if not known:
            return name.encode()
        in_recovery = role != "primary"
        state = "stopped" if role == "gone" else "running"
        report = {"state": state, "role": "replica" if in_recovery else "primary", "name": name}
        if role in ("replica", "lagging"):
            report["replication_state"] = "streaming"
        return json.dumps(report).encode()

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


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(identity)
rest_api = http.server.ThreadingHTTPServer(("", 8008), RestApi)
# Shaken hands in the thread of the request: a client that only connects would keep the others
# waiting.
rest_api.socket = context.wrap_socket(
    rest_api.socket, server_side=True, do_handshake_on_connect=False
)
rest_api.handle_error = lambda *_: None
threading.Thread(target=rest_api.serve_forever).start()
Server(("", 5432), Postgres).serve_forever()
