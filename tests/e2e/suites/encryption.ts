import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { connect as connectTls } from "node:tls";
import { patroniPrefix } from "../../../configs/etcd/access";
import { httpsCall } from "../../../operations/httpsCall";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { clientEndpoints } from "../../../lab/cluster/clientEndpoints";
import { query } from "../../../lab/writer";

/** Key ranges as etcd's gateway takes them: everything, and what is below a prefix. */
const everything = '{"key":"AA==","range_end":"AA=="}';
const below = (prefix: string) => {
  const key = Buffer.from(prefix);
  const end = Buffer.from(key);
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return JSON.stringify({ key: key.toString("base64"), range_end: end.toString("base64") });
};

/** Logs in to etcd as Patroni does, with what a member has, and sends one request with the token. */
const asPatroni = `
import json, ssl, sys, urllib.request, yaml
etcd = yaml.safe_load(open("/etc/patroni/patroni.yml"))["etcd3"]
trust = ssl.create_default_context(cafile=etcd["cacert"])
trust.load_cert_chain(etcd["cert"])
def call(path, body, token=None):
    headers = {"Authorization": token} if token else {}
    url = "https://" + etcd["hosts"][0] + "/v3/" + path
    request = urllib.request.Request(url, body.encode(), headers)
    try:
        return urllib.request.urlopen(request, context=trust).read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()
login = json.dumps({"name": etcd["username"], "password": etcd["password"]})
token = json.loads(call("auth/authenticate", login))["token"]
print(call(sys.argv[1], sys.argv[2], token if sys.argv[3] == "token" else None))
`;

/** What somebody gets who has no business there: nothing. Every attempt is made for real. */
export function encryption(cluster: ClusterUnderTest): void {
  const { environment } = cluster;
  const at = (service: string, port: number) => `${environment.addressOf(service)}:${port}`;
  const inEtcd = (path: string, body: string, token: "token" | "none") =>
    environment.inMember("patroni1", "python3", "-c", asPatroni, path, body, token);

  describe("for who does not encrypt", () => {
    it("is refused on every endpoint", async () => {
      const strings = await cluster.strings();
      for (const endpoint of clientEndpoints) {
        const url = strings[endpoint].replace("sslmode=verify-full", "sslmode=disable");
        await assert.rejects(query(url, "SELECT 1"), /no encryption|SSL required/, endpoint);
      }
    });

    const plain: Record<string, () => string> = {
      "etcd's clients": () => `http://${at("etcd1", 2379)}/health`,
      "etcd's peers": () => `http://${at("etcd1", 2380)}/version`,
      "Patroni's REST API": () => `http://${at("patroni1", 8008)}/config`,
    };
    for (const [what, url] of Object.entries(plain)) {
      it(`has no answer on the port of ${what}`, async () => {
        const { status, output } = await environment.asStranger(`curl -sf --max-time 5 ${url()}`);
        assert.notEqual(status, 0);
        assert.equal(output, "");
      });
    }

    for (const login of ["user=app dbname=app", "user=replicator replication=true"]) {
      it(`has no session of a member's as ${login}`, async () => {
        const connection = `host=${environment.addressOf("patroni1")} ${login} sslmode=disable`;
        const { status, output } = await environment.asStranger(
          `PGPASSWORD=guess psql -c IDENTIFY_SYSTEM "${connection}"`,
        );
        assert.notEqual(status, 0);
        assert.match(output, /no pg_hba.conf entry .*no encryption/);
      });
    }
  });

  describe("for who speaks an old version of TLS", () => {
    it("breaks off", async () => {
      const { statsUrl, caCertificate: ca } = await cluster.outputs();
      const { hostname, port } = new URL(statsUrl);
      const handshake = (maxVersion: "TLSv1.1" | "TLSv1.2") =>
        new Promise<string>((resolve, reject) => {
          const options = { minVersion: "TLSv1" as const, ciphers: "DEFAULT@SECLEVEL=0" };
          const socket = connectTls({
            host: hostname,
            port: Number(port),
            ca,
            maxVersion,
            ...options,
          });
          socket.once("secureConnect", () => {
            resolve(String(socket.getProtocol()));
            socket.destroy();
          });
          socket.once("error", reject);
        });
      assert.equal(await handshake("TLSv1.2"), "TLSv1.2");
      await assert.rejects(handshake("TLSv1.1"), /alert|protocol version|disconnected|ECONNRESET/);
    });
  });

  describe("for who has another CA than the cluster's", () => {
    it("is nobody to be trusted, on every endpoint", async () => {
      const strings = await cluster.strings();
      const stranger = `${cluster.stack.clientCaFile}.other`;
      const foreign = await environment.asStranger("cat /etc/ssl/certs/ISRG_Root_X1.pem");
      assert.equal(foreign.status, 0, foreign.output);
      writeFileSync(stranger, foreign.output);
      for (const endpoint of clientEndpoints) {
        const url = strings[endpoint].replace(/sslrootcert=[^&]+/, `sslrootcert=${stranger}`);
        await assert.rejects(query(url, "SELECT 1"), /certificate/, endpoint);
      }
    });
  });

  describe("for who has no certificate of the cluster's", () => {
    for (const [what, port, path] of [
      ["clients", 2379, "v3/kv/range"],
      ["peers", 2380, "version"],
    ] as const) {
      it(`has no answer on the port of etcd's ${what}`, async () => {
        const { status, output } = await environment.asStranger(
          `curl -skf --http1.1 --max-time 5 -d '${everything}' https://${at("etcd1", port)}/${path}`,
        );
        assert.notEqual(status, 0);
        assert.equal(output, "");
      });
    }
  });

  describe("for who has a certificate and no password", () => {
    it("has no key of etcd, and takes nobody for a peer", async () => {
      assert.match(
        await inEtcd("kv/range", everything, "none"),
        /user name is empty|permission denied/,
      );
      const words = ["--cacert", "/etc/patroni/ca.pem", "--cert", "/etc/patroni/identity.pem"];
      const url = `https://${at("etcd1", 2380)}/members`;
      const script = `curl -sf --http1.1 --max-time 5 ${words.join(" ")} ${url} || echo refused`;
      assert.equal(await environment.inMember("patroni1", "sh", "-c", script), "refused");
    });
  });

  describe("for who has a member's login to etcd", () => {
    it("has what belongs to Patroni", async () => {
      const own = below(patroniPrefix({ namespace: "/service/", clusterName: cluster.name }));
      assert.match(await inEtcd("kv/range", own, "token"), /"kvs":/);
    });

    it("has nothing else", async () => {
      for (const [path, body] of [
        ["kv/range", everything],
        ["kv/range", below("hapg/")],
        ["kv/put", '{"key":"aGFwZy9tZW1iZXJz","value":"eA=="}'],
        ["auth/user/list", "{}"],
        ["auth/disable", "{}"],
      ] as const) {
        assert.match(await inEtcd(path, body, "token"), /permission denied/, `${path} ${body}`);
      }
    });
  });

  describe("for who has no credentials", () => {
    it("changes nothing through the REST API", async () => {
      const { restApiUrl, caCertificate: ca } = await cluster.outputs();
      for (const login of [undefined, "patroni:guess", "postgres:postgres"]) {
        for (const [method, path] of [
          ["POST", "restart"],
          ["POST", "switchover"],
          ["POST", "reinitialize"],
          ["PATCH", "config"],
          ["PUT", "config"],
          ["DELETE", "restart"],
        ] as const) {
          const call = { ca, method, body: "{}", ...(login === undefined ? {} : { login }) };
          const { status } = await httpsCall(`${restApiUrl}/${path}`, call);
          assert.equal(status, 401, `${method} ${path} as ${String(login)}`);
        }
      }
    });

    it("may ask a member who leads, and so proves that it is reached at all", async () => {
      const url = `https://${at("patroni1", 8008)}/cluster`;
      const { output } = await environment.asStranger(`curl -sk --max-time 5 ${url}`);
      assert.match(output, /"role": "leader"/);
    });

    it("sees neither the page of statistics nor the metrics", async () => {
      const { statsUrl, metricsUrl, caCertificate: ca } = await cluster.outputs();
      for (const url of [statsUrl, metricsUrl]) {
        assert.equal((await httpsCall(url, { ca })).status, 401);
        assert.equal((await httpsCall(url, { ca, login: "stats:guess" })).status, 401);
      }
    });
  });
}
