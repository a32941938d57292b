import assert from "node:assert/strict";
import fc from "fast-check";
import { paths } from "../../configs/cluster/paths";
import {
  poolUser,
  renderPgbouncerIni,
  renderPgbouncerListen,
  renderUserlist,
} from "../../configs/pgbouncer/pgbouncerIni";
import type { SettingsInput } from "../../configs/settings/schema";
import { TestCertificate } from "../support/certificates";
import type { Ending } from "../../platforms/command";
import { tryOut, tryOutFolder } from "../support/containers";
import { imageOf } from "../support/images";
import { settingsOf } from "../support/models";
import { reloadedOf } from "../support/reloaded";

const file = `${tryOutFolder}/pgbouncer.ini`;
const listen = `${tryOutFolder}/listen.ini`;
const trusted = `${tryOutFolder}/ca.pem`;

const iniOf = (
  input: SettingsInput["pgbouncer"],
  databases: string[],
  tls: SettingsInput["tls"] = {},
) =>
  renderPgbouncerIni({
    pgbouncer: settingsOf({ pgbouncer: input }).pgbouncer,
    tls: settingsOf({ tls }).tls,
    haproxies: ["haproxy1", "10.0.0.1"],
    writePort: 5000,
    readPort: 5001,
    lookupUser: poolUser,
    databases,
    generation: "0123456789abcdef",
  });

const listenOf = (port: number) =>
  renderPgbouncerListen(settingsOf({ pgbouncer: { port } }).pgbouncer, 17);

const firstFields = (output: string) => output.split("\n").map((line) => line.split("|")[0]);

describe("PgBouncer itself", function () {
  this.timeout(600_000);
  let ca: TestCertificate;
  let own: TestCertificate;
  before(async () => {
    imageOf("pgbouncer");
    ca = await TestCertificate.authority();
    own = await ca.sign({ names: ["pgbouncer1", "localhost"] });
  });

  const defaultPort = settingsOf().pgbouncer.port;

  /** Starts PgBouncer on the files; once its console has answered, a shell runs what is to follow. */
  function start(
    ini: string,
    userlist: string,
    questions: string[],
    then = ":",
    port = defaultPort,
  ): Ending {
    const content = ini.replaceAll(`${paths.pgbouncerConfig}/`, `${tryOutFolder}/`);
    const options = questions.map((question) => `-c '${question}'`).join(" ");
    return tryOut(
      imageOf("pgbouncer"),
      [
        { path: file, content, mode: 0o640 },
        { path: listen, content: listenOf(port), mode: 0o640 },
        { path: `${tryOutFolder}/userlist.txt`, content: userlist, mode: 0o600 },
        { path: trusted, content: ca.certificate, mode: 0o640 },
        { path: `${tryOutFolder}/identity.pem`, content: own.identity, mode: 0o600 },
      ],
      [
        "sh",
        "-c",
        `pgbouncer -q ${file} & pool=$!
         port=${port}
         until psql -h ${paths.pgSocket} -p "$port" -U ${poolUser} -XqAtw ${options} pgbouncer; do
           kill -0 $pool || exit 1; sleep 0.1
         done 2>/dev/null
         ${then}
         kill -INT $pool; wait $pool`,
      ],
    );
  }
  const ask = (ini: string, userlist: string, ...questions: string[]) =>
    start(ini, userlist, questions);
  const userlist = renderUserlist([{ name: poolUser, password: "secret" }]);

  it("has two entries for each database, whatever its name, and no complaint", () => {
    const databases = ["app", "with-hyphen", "with.dot", "UPPER", "0", "-", "a".repeat(60)];
    const { status, output } = ask(iniOf({}, databases), userlist, "SHOW DATABASES");
    assert.equal(status, 0, output);
    assert.doesNotMatch(output, /ERROR|WARNING|FATAL/);
    const entries = output.split("\n").map((line) => line.split("|").slice(0, 4).join(" "));
    for (const name of databases) {
      assert.ok(entries.includes(`${name} haproxy1,10.0.0.1 5000 ${name}`), output);
      assert.ok(entries.includes(`${name}_ro haproxy1,10.0.0.1 5001 ${name}`), output);
    }
  });

  it("runs with every setting set", () => {
    const ini = iniOf(
      {
        port: 16432,
        poolMode: "statement",
        poolSize: 1,
        reservePoolSize: 0,
        maxClientConnections: 10,
        maxPreparedStatements: 0,
        ignoredStartupParameters: ["statement_timeout", "options"],
        queryWaitTimeoutSeconds: 0,
        serverLifetimeSeconds: 10,
        serverIdleTimeoutSeconds: 1,
      },
      [],
    );
    const { status, output } = start(ini, userlist, ["SHOW CONFIG"], ":", 16432);
    assert.equal(status, 0, output);
    assert.match(output, /^listen_port\|16432\|/m);
    assert.ok(output.includes("pool_mode|statement|"), output);
    assert.match(
      output,
      /^ignore_startup_parameters\|extra_float_digits, statement_timeout, options\|/m,
    );
    assert.match(
      output,
      /^track_extra_parameters\|IntervalStyle, default_transaction_read_only\|/m,
    );
  });

  it("knows users by the very names that were given", () => {
    const name = fc.stringMatching(/^[ -~]{1,60}$/);
    const [names = []] = fc.sample(fc.uniqueArray(name, { minLength: 200, maxLength: 200 }), {
      numRuns: 1,
      seed: 1,
    });
    // The console's own field separator would make the answer ambiguous, not the file.
    const users = [...names.filter((user) => !user.includes("|")), "naïve", 'a"b', '""', "\\", ";"];
    const list = renderUserlist(
      [poolUser, ...users].map((user) => ({ name: user, password: `${user}"'\\` })),
    );
    const { status, output } = ask(iniOf({}, []), list, "SHOW USERS");
    assert.equal(status, 0, output);
    const known = new Set(firstFields(output));
    assert.deepEqual(
      users.filter((user) => !known.has(user)),
      [],
    );
  });

  it("takes over what is in pgbouncer.ini without a restart, and nothing of listen.ini", () => {
    const { output } = ask(iniOf({}, []), userlist, "SHOW CONFIG");
    const fixed = output.split("\n").flatMap((line) => /^(\w+)\|.*\|no$/.exec(line)?.[1] ?? []);
    const namesIn = (content: string) =>
      [...content.matchAll(/^(\w+) = /gm)].map(([, name = ""]) => name);
    const ofListen = namesIn(listenOf(defaultPort));
    assert.ok(fixed.includes("listen_port"), output);
    assert.deepEqual(
      ofListen.filter((name) => !fixed.includes(name)),
      [],
    );
    assert.deepEqual(
      namesIn(iniOf({}, [])).filter((name) => fixed.includes(name)),
      [],
    );
  });

  it("opens its console to nobody but its own user on the socket", () => {
    const { output } = ask(iniOf({}, []), userlist, "SHOW CONFIG");
    assert.match(output, /^admin_users\|\|/m);
    assert.match(output, /^stats_users\|\|/m);
  });

  /** What a client over the network gets to hear, for each way to connect. */
  const heard = (tls: SettingsInput["tls"], ...parameters: string[]) => {
    const connect = (parameter: string) =>
      `PGPASSWORD=secret psql "host=localhost port=$port user=${poolUser} dbname=pgbouncer ${parameter}" -Xc 'SHOW VERSION'`;
    // It has nothing to show to who comes this way, and says so after the password was right.
    const then = parameters
      .map(
        (parameter) =>
          `echo "<$(${connect(parameter)} 2>&1 | grep -o '\\(FATAL\\|SSL\\).*' | head -n1)>"`,
      )
      .join("\n");
    const { status, output } = start(iniOf({}, [], tls), userlist, ["SHOW VERSION"], then);
    assert.equal(status, 0, output);
    return [...output.matchAll(/^<(.*)>$/gm)].map(([, text]) => text);
  };
  const reached = "FATAL:  not allowed";
  const verifying = `sslmode=verify-full sslrootcert=${trusted}`;

  it("lets nobody in who does not encrypt, and proves who it is", () => {
    assert.deepEqual(heard({}, "sslmode=disable", "sslmode=require", verifying), [
      "FATAL:  SSL required",
      reached,
      reached,
    ]);
  });

  it("lets clients do without where the stack file does", () => {
    assert.deepEqual(heard({ clients: "allowed" }, "sslmode=disable", verifying), [
      reached,
      reached,
    ]);
  });

  it("speaks no older version of TLS than the stack file wants", () => {
    const old = `${verifying} ssl_max_protocol_version=TLSv1.2`;
    const [refusal, taken] = heard({ minimumVersion: "1.3" }, old, verifying);
    assert.match(refusal ?? "", /^SSL error/);
    assert.equal(taken, reached);
    assert.deepEqual(heard({}, old), [reached]);
  });

  it("shows with which file it runs", async () => {
    const reloaded = (await reloadedOf("pgbouncer1")).replaceAll(paths.pgbouncerIni, file);
    const then = [
      `takes_over() { ${reloaded}; }`,
      "takes_over && echo runs",
      `sed -i s/0123456789abcdef/0123456789abcde0/ ${file}`,
      "takes_over || echo waits",
      "kill -HUP $pool; sleep 0.3",
      "takes_over && echo runs again",
      // A container is replaced for another port after its files were written and reloaded.
      `sed -i s/0123456789abcde0/0123456789abcde1/ ${file}`,
      `sed -i s/${defaultPort}/7000/ ${listen}`,
      "kill -HUP $pool; sleep 0.3",
      "takes_over && echo at the former port",
    ];
    const { output } = start(iniOf({}, []), userlist, ["SHOW VERSION"], then.join("\n"));
    assert.match(output, /^runs\nwaits\n(.* LOG .*\n)*runs again\n(.*\n)*at the former port$/m);
  });
});
