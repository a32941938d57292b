"""Speaks to etcd as Patroni does, over the HTTP gateway of its v3 API, with what patroni.yml says
of it.

Not a program of its own: the programs beside it are installed together with it.
"""

import base64
import http.client
import json
import ssl
import urllib.error
import urllib.request


class EtcdError(Exception):
    """etcd refuses a request, or no member of it answers."""


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def decoded(text):
    return base64.b64decode(text).decode()


def next_after(prefix):
    """The first key after all that begin with a prefix."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


class Etcd:
    """One cluster's keys in etcd. Each request goes to the first member that answers."""

    def __init__(self, config, timeout=3):
        """`config`: patroni.yml, read. `timeout`: for one request to one member, in seconds."""
        etcd = config["etcd3"]
        self.urls = [f"{etcd['protocol']}://{host}" for host in etcd["hosts"]]
        self.prefix = f"/{config['namespace'].strip('/')}/{config['scope']}/"
        self.login = {"name": etcd["username"], "password": etcd["password"]}
        self.authority, self.identity = etcd["cacert"], etcd["cert"]
        self.timeout = timeout
        # Both are made anew after a failure: certificates may have been renewed since.
        self.context = self.token = None
        # As of the last `all`: etcd's revision, and its own term, which changes with etcd's leader.
        self.revision = self.term = 0

    def get(self, key):
        """The value of one of the cluster's keys; None if there is none."""
        return self.all(key, is_prefix=False).get(key)

    def all(self, prefix="", is_prefix=True):
        """Values of all keys that begin with a prefix, by key without the cluster's own prefix."""
        key = self.prefix + prefix
        body = {"key": encoded(key)}
        if is_prefix:
            body["range_end"] = encoded(next_after(key))
        answer = self.call("kv/range", body)
        self.revision = int(answer["header"]["revision"])
        self.term = int(answer["header"]["raft_term"])
        pairs = answer.get("kvs", [])
        return {
            decoded(one["key"])[len(self.prefix) :]: decoded(one.get("value", "")) for one in pairs
        }

    def put(self, key, value, lease=None):
        """Sets a key. With a lease it goes when that ends."""
        body = {"key": encoded(self.prefix + key), "value": encoded(value)}
        self.call("kv/put", body if lease is None else {**body, "lease": lease})

    def delete(self, key):
        """Removes a key; that there is none is no error."""
        self.call("kv/deleterange", {"key": encoded(self.prefix + key)})

    def replace(self, key, former, value):
        """Sets a key if it still has its former value. Answers whether it had."""
        name = encoded(self.prefix + key)
        compare = {"key": name, "target": "VALUE", "value": encoded(former)}
        put = {"requestPut": {"key": name, "value": encoded(value)}}
        answer = self.call("kv/txn", {"compare": [compare], "success": [put]})
        return answer.get("succeeded", False)

    def put_unless_changed(self, key, value, *others):
        """Sets a key unless it, or one that begins as these do, has changed since `all`. Answers
        whether it did."""
        last = {"target": "MOD", "result": "LESS", "mod_revision": self.revision + 1}
        watched = [self.prefix + one for one in (key, *others)]
        compare = [
            {**last, "key": encoded(one), "range_end": encoded(next_after(one))} for one in watched
        ]
        put = {"requestPut": {"key": encoded(self.prefix + key), "value": encoded(value)}}
        answer = self.call("kv/txn", {"compare": compare, "success": [put]})
        return answer.get("succeeded", False)

    def lease(self, seconds):
        """A new lease."""
        return self.call("lease/grant", {"TTL": seconds})["ID"]

    def keep(self, lease):
        """Lets a lease begin anew. Answers whether there still is one."""
        answer = self.call("lease/keepalive", {"ID": lease})
        return int(answer.get("result", {}).get("TTL", 0)) > 0

    def call(self, path, body):
        """Asks one member after the other until one answers."""
        problems = []
        for url in self.urls:
            try:
                return self.ask(url, path, body)
            except urllib.error.HTTPError as error:
                said = error.read().decode(errors="replace").strip()
                problems.append(f"{url} answers {error.code}: {said}")
                self.token = None
            except (OSError, http.client.HTTPException, ValueError) as error:
                problems.append(f"{url}: {getattr(error, 'reason', error)}")
                self.context = self.token = None
        raise EtcdError("; ".join(problems))

    def ask(self, url, path, body):
        if self.token is None:
            self.token = self.post(url, "auth/authenticate", self.login)["token"]
        return self.post(url, path, body)

    def post(self, url, path, body):
        if self.context is None:
            context = ssl.create_default_context(cafile=self.authority)
            context.load_cert_chain(self.identity)
            self.context = context
        request = urllib.request.Request(f"{url}/v3/{path}", data=json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        if self.token is not None:
            request.add_header("Authorization", self.token)
        with urllib.request.urlopen(request, timeout=self.timeout, context=self.context) as answer:
            return json.load(answer)
