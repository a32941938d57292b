"""Serves metrics to Prometheus, in its text format."""

import http.server
import os
import ssl
import threading

# A client that does not get on with it.
CLIENT_SECONDS = 5

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Text:
    """Metrics as text, each with its description once."""

    def __init__(self, prefix):
        self.prefix = prefix
        self.lines = []

    def show(self, name, text, value, kind="gauge", **labels):
        """Adds a value; None adds nothing."""
        if value is None:
            return
        words = ",".join(f'{key}="{word}"' for key, word in labels.items())
        head = f"# TYPE {self.prefix}_{name} {kind}"
        if head not in self.lines:
            self.lines.extend([f"# HELP {self.prefix}_{name} {text}", head])
        series = f"{{{words}}}" if words else ""
        self.lines.append(f"{self.prefix}_{name}{series} {float(value)!r}")

    def __str__(self):
        return "\n".join([*self.lines, ""])


class Server(http.server.ThreadingHTTPServer):
    """Serves a text over TLS, only to clients whose certificate has one of the names.

    The certificates in the directory are read at each connection: they change while it runs.
    """

    daemon_threads = True

    def __init__(self, directory, port, version, clients, text):
        self.directory = directory
        self.oldest = VERSIONS[version]
        self.clients = set(clients)

        class Page(http.server.BaseHTTPRequestHandler):
            timeout = CLIENT_SECONDS

            def do_GET(self):
                is_known = self.path in ("/", "/metrics")
                body = (str(text()) if is_known else "").encode()
                self.send_response(200 if is_known else 404)
                self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Says nothing: the log is the service's."""

        super().__init__(("0.0.0.0", port), Page)

    def begin(self):
        """Serves in a thread of its own."""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request, client_address):
        request.settimeout(CLIENT_SECONDS)
        context = ssl.create_default_context(
            ssl.Purpose.CLIENT_AUTH, cafile=os.path.join(self.directory, "ca.pem")
        )
        context.verify_mode = ssl.CERT_REQUIRED
        context.minimum_version = self.oldest
        context.load_cert_chain(os.path.join(self.directory, "identity.pem"))
        with context.wrap_socket(request, server_side=True) as connection:
            names = {name for _, name in connection.getpeercert().get("subjectAltName", ())}
            if self.clients & names:
                super().finish_request(connection, client_address)

    def handle_error(self, request, client_address):
        """Says nothing: who connects without a certificate must not fill the log."""
