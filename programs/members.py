"""
The members of the cluster: what etcd knows of them, and what each reports itself over Patroni's
REST API.
"""

import base64
import http.client
import json
import os
import ssl
import time
import urllib.error
import urllib.request

import yaml

from etcd import Etcd, EtcdError

CONFIG = os.environ.get("HAPG_PATRONI_YML", "/etc/patroni/patroni.yml")


class Problem(Exception):
    """Something that the user has to know of. `member`: whose server has more to say about it."""

    def __init__(self, text, member=None):
        super().__init__(text)
        self.member = member


# What may go wrong while somebody is asked.
TROUBLE = (OSError, http.client.HTTPException, Problem, EtcdError)

with open(CONFIG, encoding="utf-8") as file:
    settings = yaml.safe_load(file)

own_name = settings["name"]
login = settings["restapi"]["authentication"]
trust = ssl.create_default_context(cafile=settings["ctl"]["cacert"])
store = Etcd(settings)

# A member takes another password with the next round of its loop. In seconds.
ROUND = 30


def call(url, method="GET", body=None, timeout=10):
    """Answers with status and content, decoded if it is JSON. OSError: nobody answers."""
    deadline = time.time() + ROUND
    while True:
        status, answer = call_once(url, method, body, timeout)
        if status != 401 or time.time() > deadline:
            return status, answer
        time.sleep(0.3)


def order(url, body, timeout):
    """Asks for a change. A member that does not answer has refused it."""
    try:
        return call(url, "POST", body, timeout)
    except (OSError, http.client.HTTPException) as error:
        return 503, f"no answer: {error}"


def call_once(url, method, body, timeout):
    request = urllib.request.Request(url, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if method != "GET":
        token = base64.b64encode(f"{login['username']}:{login['password']}".encode()).decode()
        request.add_header("Authorization", "Basic " + token)
    try:
        with urllib.request.urlopen(request, timeout=timeout, context=trust) as answer:
            return answer.status, decoded(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, decoded(error.read())


def decoded(content):
    text = content.decode(errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()


def members():
    """The members as etcd has them, by name. No member has to answer for that."""
    keys = store.all()
    leader = keys.get("leader")
    synchronous = json.loads(keys.get("sync") or "{}").get("sync_standby") or ""
    found = {}
    for key, value in keys.items():
        folder, _, name = key.partition("/")
        if folder == "members":
            found[name] = {
                **json.loads(value),
                "name": name,
                "is_leader": name == leader,
                "is_synchronous": name in synchronous.split(","),
            }
    return found


def api(member):
    """Where a member's REST API is."""
    return member["api_url"].rsplit("/", 1)[0]


def leader_of(all_members):
    return next((member for member in all_members.values() if member["is_leader"]), None)


def report_of(member):
    """What a member reports itself; None if it does not answer."""
    try:
        status, state = call(member["api_url"], timeout=5)
    except (OSError, http.client.HTTPException):
        return None
    return state if status == 200 and isinstance(state, dict) else None


def pending(member):
    """Why a member waits for a restart; None if it does not. What etcd has of it is a round old."""
    state = report_of(member) or {}
    if not state.get("pending_restart"):
        return None
    return state.get("pending_restart_reason") or {"": {}}


def follows(name):
    """Whether a member leads, or streams from the current leader on the leader's timeline."""
    current = members()
    leader = leader_of(current)
    state = report_of(current[name]) if name in current else None
    if leader is None or state is None or state.get("state") != "running":
        return False
    if leader["name"] == name:
        return state["role"] in ("primary", "master")
    streams = state.get("replication_state") == "streaming"
    return streams and state.get("timeline") == leader.get("timeline")


def wait_for(what, seconds, check):
    """Waits until a check answers with something, and returns that."""
    deadline = time.time() + seconds
    while True:
        try:
            found = check()
        except TROUBLE:
            found = None
        if found:
            return found
        if time.time() > deadline:
            raise Problem(f"{what} did not happen within {seconds} s")
        time.sleep(0.3)


def say(text):
    print(text, flush=True)
