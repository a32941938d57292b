"""Stands in for a cluster, and runs the cluster tool against it.

    fakeCluster.py FOLDER

It answers like etcd's gateway and like members' REST APIs, without TLS. The folder holds the tool's
files, `identity.pem`, `ca.pem` and a list of scenarios as `scenarios.json`. Each starts with a
fresh cluster (`cluster`) and has a list of actions: `run` the tool with these words, killed after
its `dieAfter`th change; `set` something of `members`; `interfering`: what somebody else changes
between a look of the tool and its change. Prints what came of each, as JSON.
"""

import base64
import copy
import http.server
import json
import os
import socket
import sys
import threading
import time
import urllib.request

folder = sys.argv[1]
identity, ca = os.path.join(folder, "identity.pem"), os.path.join(folder, "ca.pem")
PREFIX = "/service/test/"
ETCD = 23790
RESTART_NEEDED = {
    "shared_preload_libraries",
    "max_connections",
    "wal_level",
    "max_replication_slots",
}
ORDERED = {"max_connections"}


class Cluster:
    """Members that load the configuration at once, and start with what is in it then."""

    def __init__(self, config, members, leader, poison=None, breaking=None, sync=""):
        self.config = config
        self.leader = leader
        self.poison = poison or {}
        self.breaking = breaking or {}
        self.sync = sync
        self.interfering = None
        self.members = {}
        for name in members:
            parameters = copy.deepcopy(self.wanted())
            self.members[name] = {
                "running": parameters,
                "state": "running",
                "timeline": 1,
                "starts": [],
                "silent": False,
                "gone": False,
                "pending": [],
            }

    def wanted(self):
        return self.config["postgresql"]["parameters"]

    def timeline(self):
        return self.members[self.leader]["timeline"] if self.leader else None

    def keys(self):
        keys = {"config": json.dumps(self.config), "sync": json.dumps({"sync_standby": self.sync})}
        if self.leader:
            keys["leader"] = self.leader
        for name, one in self.members.items():
            if one["gone"]:
                continue
            url = f"http://localhost:{port_of(name)}/patroni"
            keys["members/" + name] = json.dumps(
                {
                    "api_url": url,
                    "state": one["state"],
                    "timeline": one["timeline"],
                    "role": "replica",
                }
            )
        return keys

    def start(self, name):
        one = self.members[name]
        wanted = copy.deepcopy(self.wanted())
        if name != self.leader and self.leader:
            for parameter in ORDERED & wanted.keys():
                least = self.members[self.leader]["running"].get(parameter, 0)
                wanted[parameter] = max(wanted[parameter], least)
        one["starts"].append(wanted)
        bad = any(wanted.get(parameter) == value for parameter, value in self.poison.items())
        one["state"] = "start failed" if bad else "running"
        if not bad:
            one.update(running=wanted, pending=[])
        return not bad

    def reload(self, name):
        """What Patroni does by itself with each round of its loop."""
        one = self.members[name]
        if one["state"] == "start failed":
            self.start(name)
        wanted = self.wanted()
        for parameter in {*wanted, *one["running"]} - RESTART_NEEDED:
            one["running"][parameter] = wanted.get(parameter)
        for parameter in RESTART_NEEDED:
            now = one["running"].get(parameter)
            pending = set(one["pending"]) - {parameter}
            # PostgreSQL goes on to wait for one that is gone again.
            if (
                (parameter in one["pending"])
                if now is None and parameter not in wanted
                else (wanted.get(parameter) != (now or ""))
            ):
                pending.add(parameter)
            one["pending"] = sorted(pending)

    def report(self, name):
        self.reload(name)
        one = self.members[name]
        breaks = any(
            one["running"].get(parameter) == value for parameter, value in self.breaking.items()
        )
        if one["state"] != "running" or (breaks and name != self.leader):
            return {"state": "unknown" if breaks else one["state"], "role": "replica"}
        wanted = self.wanted()
        reasons = {
            parameter: {
                "old_value": one["running"].get(parameter) or "",
                "new_value": wanted.get(parameter) or "?",
            }
            for parameter in one["pending"]
        }
        state = {"state": "running", "role": "primary", "timeline": one["timeline"]}
        if name != self.leader:
            state.update(role="replica", replication_state="streaming")
        if reasons:
            state.update(pending_restart=True, pending_restart_reason=reasons)
        return state

    def switch(self, candidate):
        former, self.leader = self.leader, candidate
        for one in self.members.values():
            one["timeline"] += 1
        self.start(former)


def port_of(name):
    return 8000 + int(name[-1])


cluster = None
lock = threading.RLock()


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")

    def log_message(self, *_):
        pass


class Gateway(Handler):
    def do_POST(self):
        body = self.body()
        with lock:
            self.answer(200, self.done(self.path, body))

    def done(self, path, body):
        if path.endswith("authenticate"):
            return {"token": "token"}
        keys = {PREFIX + key: value for key, value in cluster.keys().items()}
        if path.endswith("range"):
            key = text(body["key"])
            end = text(body["range_end"]) if "range_end" in body else key + "\0"
            found = {name: value for name, value in keys.items() if key <= name < end}
            return {
                # Numbers of 64 bits are strings there.
                "header": {"revision": "1", "raft_term": "1"},
                "kvs": [
                    {"key": encoded(name), "value": encoded(value)} for name, value in found.items()
                ],
            }
        if cluster.interfering:
            cluster.config.update(cluster.interfering)
            cluster.interfering = None
            return {}
        compared, put = body["compare"][0], body["success"][0]["requestPut"]
        if keys.get(text(compared["key"])) != text(compared["value"]):
            return {}
        cluster.config = json.loads(text(put["value"]))
        return {"succeeded": True}


class Member(Handler):
    def do_GET(self):
        self.serve(None)

    def do_POST(self):
        self.serve(self.body())

    def serve(self, body):
        with lock:
            name = f"patroni{self.server.server_address[1] - 8000}"
            one = cluster.members[name]
            if one["silent"]:
                self.close_connection = True
                return
            self.answer(*self.done(self.path, body, name, one))

    def done(self, path, body, name, one):
        if path == "/patroni":
            return 200, cluster.report(name)
        if path == "/config":
            return 200, cluster.config
        if path == "/primary":
            return (200 if cluster.leader == name else 503), {}
        if path == "/switchover":
            cluster.switch(body["candidate"])
            return 200, "Successfully switched over"
        if "pending_restart" not in cluster.report(name):
            return 503, "restart conditions are not satisfied"
        return (200, "restarted successfully") if cluster.start(name) else (503, "restart failed")


def text(encoded_text):
    return base64.b64decode(encoded_text).decode()


def encoded(plain):
    return base64.b64encode(plain.encode()).decode()


def serve(port, handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()


def write_patroni_yml():
    path = os.path.join(folder, "patroni.yml")
    content = {
        "name": "patroni1",
        "scope": "test",
        "namespace": "/service",
        "restapi": {"authentication": {"username": "patroni", "password": "secret"}},
        "ctl": {"cacert": ca},
        "etcd3": {
            "protocol": "http",
            "hosts": [f"localhost:{ETCD}"],
            "username": "patroni",
            "password": "secret",
            "cacert": ca,
            "cert": identity,
        },
        "postgresql": {
            "bin_dir": "/usr/lib/postgresql/17/bin",
            # No update listens here.
            "parameters": {"unix_socket_directories": "/nonexistent"},
        },
    }
    with open(path, "w") as file:
        json.dump(content, file)
    os.environ["HAPG_PATRONI_YML"] = path


class Runner:
    """Runs the tool, from a process without threads: others must not be forked."""

    def __init__(self):
        there, self.here = socket.socketpair()
        if os.fork() == 0:
            self.here.close()
            with there.makefile("rw") as orders:
                for order in orders:
                    print(json.dumps(run(*json.loads(order))), file=orders, flush=True)
            os._exit(0)
        there.close()
        self.orders = self.here.makefile("rw")

    def run(self, words, die_after):
        print(json.dumps([words, die_after]), file=self.orders, flush=True)
        return json.loads(self.orders.readline())


def run(words, die_after):
    """
    Runs the tool in a process of its own. Answers with its exit status, or None if it was killed,
    and its output.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(write, 1)
        os.dup2(write, 2)
        hurry(die_after)
        status = 0
        try:
            cluster_tool.run(words)
        except SystemExit as end:
            status = end.code
        except BaseException:
            import traceback

            traceback.print_exc()
            status = 99
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    os.close(write)
    with os.fdopen(read) as output:
        said = output.read()
    _, ending = os.waitpid(child, 0)
    return {"status": os.WEXITSTATUS(ending) if os.WIFEXITED(ending) else None, "output": said}


def hurry(die_after):
    """Shortens what the tool waits for, and has it killed right after a change that it asks for."""
    restarts = sys.modules["restarts"]
    restarts.REACTION, restarts.SECOND_CHANCE, restarts.RECOVERY, restarts.RETURN = (
        0.1,
        0.1,
        0.4,
        0.4,
    )
    sleep, ask = time.sleep, urllib.request.urlopen
    time.sleep = lambda seconds: sleep(min(seconds, 0.02))
    left = [die_after]

    def ask_and_die(request, **others):
        changes = request.full_url.endswith(("/kv/txn", "/restart", "/switchover"))
        if not changes or left[0] is None:
            return ask(request, **others)
        try:
            return ask(request, **others)
        finally:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), 9)

    urllib.request.urlopen = ask_and_die


def play(scenario):
    global cluster  # noqa: PLW0603 - the request handlers read it
    cluster = Cluster(**copy.deepcopy(scenario["cluster"]))
    endings = []
    for action in scenario["actions"]:
        if "run" in action:
            endings.append(runner.run(action["run"], action.get("dieAfter")))
        with lock:
            for name in action.get("members", []):
                cluster.members[name].update(action["set"])
            if "interfering" in action:
                cluster.interfering = action["interfering"]
    with lock:
        for name in cluster.members:
            cluster.reload(name)
        return {
            "endings": endings,
            "config": cluster.config,
            "leader": cluster.leader,
            "members": cluster.members,
        }


write_patroni_yml()
sys.path.insert(0, folder)
import cluster as cluster_tool  # noqa: E402

runner = Runner()
serve(ETCD, Gateway)
for number in range(1, 4):
    serve(8000 + number, Member)
with open(os.path.join(folder, "scenarios.json")) as file:
    print(json.dumps([play(scenario) for scenario in json.load(file)]))
