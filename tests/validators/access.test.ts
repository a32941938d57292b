import assert from "node:assert/strict";
import { superuserScript } from "../../components/access";
import { accessModel, databasesModel, loginNames } from "../../configs/access/model";
import { accessSql } from "../../configs/access/accessSql";
import { databasesSql } from "../../configs/access/databasesSql";
import { driftScript } from "../../configs/access/driftSql";
import { paths } from "../../configs/cluster/paths";
import { pgHbaLines } from "../../configs/patroni/pgHba";
import { sessionsSql } from "../../configs/access/sessionsSql";
import type { SettingsInput } from "../../configs/settings/schema";
import { systemRolesSql } from "../../configs/access/systemRolesSql";
import { testPassword, testPasswords } from "../support/access";
import type { Ending } from "../../platforms/command";
import { Sandbox } from "../support/containers";
import { imageOf } from "../support/images";
import { settingsOf } from "../support/models";

type Roles = NonNullable<SettingsInput["roles"]>;

// This PostgreSQL has no certificate: what is tried is who may do what.
const hba = pgHbaLines({
  clusterNetworks: ["samenet"],
  clientNetworks: [],
  extra: [],
  clients: "allowed",
}).map((line) => line.replace(/^hostssl/, "host"));

/** A name that ends every kind of quoting that SQL, psql and a shell have. */
const odd = `o'dd "x" \\ $$ :y %I {},`;

// A PostgreSQL that is somebody else's to begin with: Patroni's roles are there, and some made by hand.
describe("PostgreSQL itself", function () {
  this.timeout(600_000);
  this.bail(true);
  let sandbox: Sandbox;

  const psql = (...words: string[]) => ["psql", "-XqAtw", "-v", "VERBOSITY=terse", ...words];
  /** What the superuser finds. */
  function found(sql: string, database = "postgres"): string {
    const words = psql("-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database);
    const { status, output } = sandbox.executeWith(sql, "postgres1", ...words);
    assert.equal(status, 0, output);
    return output.trim();
  }
  /** What a client gets that logs in with a password. */
  function as(login: string, password: string, sql: string, database = "shop"): string {
    const client = psql("-h", "localhost", "-U", login, "-d", database, "-c", sql);
    const words = ["env", `PGPASSWORD=${password}`, ...client];
    return sandbox.execute("postgres1", ...words).output.trim();
  }
  const since = (rotation: number, login: string, sql: string) =>
    as(login, testPassword(login, rotation), sql);
  /** Runs a script as the program does. */
  const send = (sql: string): Ending =>
    sandbox.executeWith(sql, "postgres1", "timeout", "120", ...superuserScript);
  /** What one update does; the last script's error if one fails. */
  function update(input: { roles: Roles } & Partial<SettingsInput>): string {
    const settings = settingsOf({ databases: { shop: { owner: "app" } }, ...input });
    const passwords = testPasswords(settings);
    const model = accessModel(settings, passwords);
    const scripts = [
      systemRolesSql(model.systemRoles),
      accessSql(model),
      databasesSql(databasesModel(settings)),
    ];
    for (const sql of scripts) {
      const { status, output } = send(sql);
      if (status !== 0) return output.trim();
      assert.equal(output, "");
    }
    return send(sessionsSql(loginNames(settings))).output.trim();
  }

  before(() => {
    sandbox = new Sandbox();
    sandbox.start("postgres1", {
      image: imageOf("patroni"),
      configDirectory: paths.patroniConfig,
      dataDirectory: paths.postgresData,
      files: [],
      command: [
        "env",
        `HBA=${hba.join("\n")}`,
        ...["sh", "-c"],
        `PATH=${paths.pgBin(17)}:$PATH
         initdb --pgdata /tmp/data --username postgres --auth-local peer --auth-host scram-sha-256
         printf '%s\\n' "$HBA" >/tmp/data/pg_hba.conf
         # Not as the container's first process, which takes processes of others for its own.
         postgres -D /tmp/data -c unix_socket_directories=${paths.pgSocket} -c listen_addresses='*' \\
           -c shared_preload_libraries=pg_stat_statements -c log_statement=all & wait`,
      ],
    });
    const isReady = () =>
      sandbox.execute("postgres1", ...psql("-U", "postgres", "-c", "SELECT")).status === 0;
    sandbox.waitFor("postgres1", 60, isReady);
    found(`ALTER ROLE postgres PASSWORD 'of the founding';
      CREATE ROLE replicator LOGIN REPLICATION PASSWORD 'x';
      CREATE ROLE rewind LOGIN PASSWORD 'x';
      CREATE ROLE hand LOGIN PASSWORD 'by hand';
      GRANT CREATE ON SCHEMA public TO hand;
      CREATE EXTENSION pg_stat_statements;`);
  });
  after(() => {
    sandbox.remove();
  });

  it("lets the superuser in by its socket and by loopback, and from no network", () => {
    const password = `PGPASSWORD=of the founding`;
    const from = (host: string, more: string) =>
      sandbox.execute(
        "postgres1",
        ...["env", password, ...psql("-d", `host=${host} user=postgres ${more}`, "-c", "SELECT 1")],
      ).output;
    assert.equal(from("localhost", "dbname=postgres").trim(), "1");
    assert.match(from("postgres1", "dbname=postgres"), /pg_hba.conf rejects connection/);
    assert.match(from("postgres1", "replication=true"), /pg_hba.conf rejects replication/);
    found("CREATE DATABASE hands OWNER hand");
    assert.equal(as("hand", "by hand", "SELECT 1", "hands"), "1");
    const other = ["env", "PGPASSWORD=by hand", ...psql("-h", "postgres1", "-U", "hand", "hands")];
    assert.equal(sandbox.execute("postgres1", ...other, "-c", "SELECT 1").output.trim(), "1");
  });

  const roles: Roles = { app: {}, reader: {}, writer: {}, watcher: { memberOf: ["pg_monitor"] } };
  const everybody: { roles: Roles } & Partial<SettingsInput> = {
    roles: { ...roles, [odd]: {} },
    databases: {
      shop: {
        owner: "app",
        extensions: ["earthdistance", "pg_trgm"],
        schemas: { [odd]: { owner: "watcher" } },
        readers: ["reader"],
        writers: ["writer", odd],
      },
    },
  };

  it("takes the scripts once and again", () => {
    assert.equal(update(everybody), "");
    assert.equal(update(everybody), "");
  });

  it("has the extensions, with what they need", () => {
    const sql = "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension";
    assert.equal(found(sql, "shop"), "cube earthdistance pg_trgm plpgsql");
  });

  it("lets readers read and writers write, in tables made before and after", () => {
    since(0, "app", "CREATE TABLE later (id serial, word text)");
    assert.equal(since(0, "writer", "INSERT INTO later (word) VALUES ('x') RETURNING id"), "1");
    assert.equal(since(0, odd, "UPDATE later SET word = 'y' RETURNING id"), "1");
    assert.equal(since(0, "reader", "TABLE later"), "1|y");
    assert.match(since(0, "reader", "DELETE FROM later"), /permission denied for table later/);
    assert.match(since(0, "writer", "DROP TABLE later"), /must be owner of table later/);
    assert.match(since(0, "watcher", "TABLE later"), /permission denied for table later/);
    // As if the lists were new: what was there before the default privileges is found too.
    found(`REVOKE ALL ON later FROM "shop:ro"; REVOKE ALL ON later_id_seq FROM "shop:rw"`, "shop");
    assert.match(since(0, "reader", "TABLE later"), /permission denied/);
    assert.equal(update(everybody), "");
    assert.equal(since(0, "reader", "TABLE later"), "1|y");
    assert.equal(since(0, "writer", "SELECT setval('later_id_seq', 7)"), "7");
  });

  it("lets a schema's owner make tables there, and readers and writers use them", () => {
    const table = `"${odd.replaceAll('"', '""')}".made`;
    since(0, "watcher", `CREATE TABLE ${table} (id int)`);
    assert.equal(since(0, "writer", `INSERT INTO ${table} VALUES (1) RETURNING id`), "1");
    assert.equal(since(0, "reader", `TABLE ${table}`), "1");
    assert.match(since(0, "reader", `DELETE FROM ${table}`), /permission denied for table made/);
    assert.match(since(0, "app", `TABLE ${table}`), /permission denied for schema/);
  });

  it("shows no verifier to who may look at statements", () => {
    const sql = "SELECT count(*) FROM pg_stat_statements WHERE query LIKE '%SCRAM-SHA%'";
    assert.equal(found(sql), "0");
    assert.ok(!sandbox.log("postgres1").includes("SCRAM-SHA-256$"));
  });

  it("gives a second login all that the first has, and leaves objects to the role", () => {
    found(`ALTER ROLE app SET search_path = public, "a b", "it's";
      ALTER ROLE app SET "shop.note" = 'it''s, "quoted"';
      ALTER ROLE app IN DATABASE shop SET work_mem = '7MB';
      ALTER ROLE app REPLICATION;`);
    assert.equal(
      update({ ...everybody, roles: { ...roles, app: { rotation: 1 }, [odd]: {} } }),
      "",
    );
    const settings =
      "current_setting('search_path'), current_setting('shop.note'), current_setting('work_mem')";
    const who = `SELECT session_user, current_user, ${settings}`;
    const same = `app|public, "a b", "it's"|it's, "quoted"|7MB`;
    assert.equal(since(1, "app_b", who), `app_b|${same}`);
    assert.equal(since(0, "app", who), `app|${same}`);
    assert.match(since(0, "app_b", who), /password authentication failed/);
    since(1, "app_b", "CREATE TABLE seconds (id int)");
    // Pools and drivers do so between two users of a connection.
    assert.equal(since(1, "app_b", "DISCARD ALL"), "");
    const owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'seconds'";
    assert.equal(since(0, "app", owner), "app");
    assert.equal(since(0, "reader", "TABLE seconds"), "");
    const walSender = as(
      "app_b",
      testPassword("app_b", 1),
      "IDENTIFY_SYSTEM",
      "dbname=shop replication=database",
    );
    assert.doesNotMatch(walSender, /ERROR|FATAL/);
  });

  it("ends the first password with the second rotation, and the second with the third", () => {
    update({ roles: { ...roles, app: { rotation: 2 } } });
    assert.match(since(0, "app", "SELECT 1"), /password authentication failed/);
    assert.equal(since(1, "app_b", "SELECT 1"), "1");
    assert.equal(since(2, "app", "SELECT 1"), "1");
    update({ roles: { ...roles, app: { rotation: 3 } } });
    assert.match(since(1, "app_b", "SELECT 1"), /password authentication failed/);
    assert.equal(since(2, "app", "SELECT 1"), "1");
    assert.equal(since(3, "app_b", "SELECT 1"), "1");
  });

  it("has taken back what has left the lists, and nothing else", () => {
    found("GRANT pg_monitor TO reader");
    const memberships = () =>
      found(`SELECT string_agg(format('%s>%s', m.rolname, g.rolname), ' ' ORDER BY m.rolname, g.rolname)
        FROM pg_auth_members JOIN pg_roles m ON m.oid = member JOIN pg_roles g ON g.oid = roleid
        WHERE m.rolname !~ '^(pg_|administrator$|monitor$)'`);
    update({ ...everybody, roles: { ...roles, watcher: {}, app: { rotation: 3 }, [odd]: {} } });
    const all = `app_b>app ${odd}>shop:in ${odd}>shop:rw reader>pg_monitor reader>shop:in reader>shop:ro watcher>shop:in writer>shop:in writer>shop:rw`;
    assert.equal(memberships(), all);
    update({ roles: { ...roles, app: { rotation: 3 } } });
    assert.equal(
      memberships(),
      "app_b>app reader>pg_monitor reader>shop:in watcher>pg_monitor watcher>shop:in writer>shop:in",
    );
    assert.match(since(0, "reader", "TABLE later"), /permission denied for table later/);
  });

  it("keeps a role that was removed from the stack file, without its login and its sessions", () => {
    update(everybody);
    since(0, odd, "CREATE TABLE pg_temp.x (id int)");
    sandbox.execute(
      "postgres1",
      ...[
        "sh",
        "-c",
        'PGPASSWORD=$1 psql -h localhost -U "$2" -d shop -c "SELECT pg_sleep(60)" >/dev/null 2>&1 &',
      ],
      ...["sh", testPassword(odd, 0), odd],
    );
    const session = `SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'o''dd%'`;
    sandbox.waitFor("postgres1", 10, () => found(session) === "1");
    assert.equal(update({ roles }), `1 session(s) of ${odd} ended`);
    sandbox.waitFor("postgres1", 10, () => found(session) === "0");
    assert.match(since(0, odd, "SELECT 1"), /is not permitted to log in/);
    assert.equal(update(everybody), "");
    assert.equal(since(0, odd, "SELECT 1"), "1");
    assert.equal(as("hand", "by hand", "SELECT 1", "hands"), "1");
  });

  it("refuses to drop a role that owns something, and says what", () => {
    found(
      `CREATE SCHEMA archive; CREATE TABLE archive."t 1" (); ALTER TABLE archive."t 1" OWNER TO writer;`,
      "shop",
    );
    found("CREATE DATABASE legacy OWNER writer");
    const dropping: Roles = { app: {}, writer: { state: "dropped" }, [odd]: { state: "dropped" } };
    assert.match(
      update({ roles: dropping }),
      /^ERROR: {2}roles: to be dropped, but "writer" owns database legacy, "writer" owns table archive\."t 1" in database shop; /,
    );
    found(
      "ALTER DATABASE legacy OWNER TO postgres; GRANT CREATE ON SCHEMA archive TO reader",
      "shop",
    );
    found('DROP TABLE archive."t 1"', "shop");
    found("CREATE TABLE x (); GRANT SELECT ON x TO writer", "legacy");
    assert.match(
      update({ roles: dropping }),
      /something belongs to or was granted to "writer" in database legacy, which the stack file does not name/,
    );
    found("DROP DATABASE legacy");
    assert.match(since(0, "writer", "SELECT 1"), /is not permitted to log in/);
  });

  it("drops a role that only has rights, with its second login, once and again", () => {
    found(
      "GRANT ALL ON SCHEMA archive TO writer; ALTER DEFAULT PRIVILEGES FOR ROLE writer GRANT SELECT ON TABLES TO hand",
      "shop",
    );
    update({ roles: { ...roles, reader: { rotation: 1 } } });
    const dropped = { state: "dropped" } as const;
    const dropping = { app: {}, writer: dropped, reader: dropped, [odd]: dropped };
    assert.equal(update({ roles: dropping }), "");
    assert.equal(update({ roles: dropping }), "");
    const left =
      "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolname !~ '^pg_'";
    assert.equal(
      found(left),
      "administrator app app_b hand monitor pgbouncer postgres replicator rewind shop:in shop:ro shop:rw watcher",
    );
  });

  it("touches no role that was made by hand", () => {
    found("CREATE ROLE other_b LOGIN");
    assert.match(update({ roles: { app: {}, hand: { state: "dropped" } } }), /has not made "hand"/);
    assert.match(
      update({ roles: { app: {}, other: { rotation: 1 } } }),
      /the name "other_b" is needed for a second login, and a role of another kind has it/,
    );
    assert.match(
      update({ roles: { app: {}, app_b: {} } }),
      /"app_b" is a second login of another role/,
    );
    assert.equal(as("hand", "by hand", "SELECT 1", "hands"), "1");
  });

  it("says which package is missing", () => {
    const databases = { shop: { owner: "app", extensions: ["vector"] } };
    assert.equal(
      update({ roles: { app: {} }, databases }),
      'ERROR:  databases.shop.extensions: the members do not have "vector"; name the package that has it in postgres.packages',
    );
  });

  it("lets members' own logins take turns", () => {
    update({ roles: { app: {} }, credentials: { replication: 1, rewind: 1, poolLookup: 1 } });
    const rewind = "SELECT count(*) > 0 FROM pg_ls_dir('.', true, false)";
    assert.equal(as("rewind", testPassword("rewind", 0), rewind, "postgres"), "t");
    assert.equal(as("rewind_b", testPassword("rewind_b", 1), rewind, "postgres"), "t");
    const lookup = "SELECT count(*) FROM pgbouncer.user_lookup('hand')";
    assert.equal(as("pgbouncer_b", testPassword("pgbouncer_b", 1), lookup, "postgres"), "1");
    const attributes =
      "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolname ~ '^replicator' AND rolreplication AND rolcanlogin";
    assert.equal(found(attributes), "replicator replicator_b");
  });

  it("gives the superuser another password", () => {
    const rotated = { roles: { app: {} }, credentials: { superuser: 1 } };
    assert.equal(update(rotated), "");
    assert.equal(as("postgres", testPassword("postgres", 1), "SELECT 1"), "1");
    assert.match(as("postgres", testPassword("postgres", 0), "SELECT 1"), /authentication failed/);
  });

  describe("rights", () => {
    const several: { roles: Roles } & Partial<SettingsInput> = {
      roles: { app: {}, other: {}, reader: {}, nobody: {} },
      databases: { shop: { owner: "app", readers: ["reader"] }, stock: { owner: "other" } },
    };
    const denied = /permission denied for database/;
    /** What a login gets at its first password. */
    const asRole = (login: string, sql: string, database: string) =>
      as(login, testPassword(login, 0), sql, database);
    const asAdministrator = (sql: string, database = "postgres") =>
      asRole("administrator", sql, database);
    before(() => {
      found("GRANT CREATE ON SCHEMA public TO PUBLIC", "shop");
      assert.equal(update(several), "");
    });

    it("let a role into its own databases only", () => {
      for (const [login, database] of [
        ...[
          ["app", "shop"],
          ["other", "stock"],
          ["reader", "shop"],
        ],
        // No database names it, so it gets connection strings of all.
        ...[
          ["nobody", "shop"],
          ["nobody", "stock"],
        ],
      ] as const) {
        assert.equal(asRole(login, "SELECT 1", database), "1", `${login} in ${database}`);
      }
      for (const [login, database] of [
        ...[
          ["app", "stock"],
          ["other", "shop"],
          ["reader", "stock"],
        ],
        ...["app", "other", "reader", "nobody"].flatMap((one) => [
          [one, "postgres"],
          [one, "template1"],
        ]),
      ] as const) {
        assert.match(asRole(login, "SELECT 1", database), denied, `${login} in ${database}`);
      }
      assert.match(as("hand", "by hand", "SELECT 1", "shop"), denied);
      assert.equal(asRole("reader", "CREATE TEMPORARY TABLE x ()", "shop"), "");
      assert.match(asRole("monitor", "CREATE TEMPORARY TABLE x ()", "shop"), /permission denied/);
    });

    it("let in those only that the lists name, when these change", () => {
      update({
        ...several,
        databases: { shop: { owner: "app" }, stock: { owner: "other", writers: ["reader"] } },
      });
      assert.match(asRole("reader", "SELECT 1", "shop"), denied);
      assert.equal(asRole("reader", "SELECT 1", "stock"), "1");
      update(several);
      assert.equal(asRole("reader", "SELECT 1", "shop"), "1");
      assert.match(asRole("reader", "SELECT 1", "stock"), denied);
    });

    it("keep what somebody has granted by hand", () => {
      found("GRANT CONNECT ON DATABASE shop TO hand; GRANT CONNECT ON DATABASE stock TO PUBLIC");
      update(several);
      assert.equal(as("hand", "by hand", "SELECT 1", "shop"), "1");
      assert.match(as("hand", "by hand", "SELECT 1", "stock"), denied);
      found("GRANT CREATE ON SCHEMA public TO hand", "shop");
      update(several);
      assert.equal(as("hand", "by hand", "CREATE TABLE by_hand ()", "shop"), "");
    });

    it("let owners alone make tables in public, in databases made later too", () => {
      assert.equal(asRole("other", "CREATE TABLE x ()", "stock"), "");
      assert.match(
        asRole("reader", "CREATE TABLE y ()", "shop"),
        /permission denied for schema public/,
      );
      const open = "SELECT has_schema_privilege('public', 'public', 'CREATE')";
      for (const database of ["shop", "stock", "postgres", "template1"]) {
        assert.equal(found(open, database), "f", database);
      }
    });

    it("bear that somebody has dropped the schema public", () => {
      found("DROP SCHEMA public CASCADE", "stock");
      assert.equal(update(several), "");
      found("CREATE SCHEMA public AUTHORIZATION pg_database_owner", "stock");
      assert.equal(asRole("other", "CREATE TABLE x ()", "stock"), "");
    });

    it("are as narrow on older versions", () => {
      // Their own rules about public, tried out on this one.
      found(
        "GRANT CREATE ON SCHEMA public TO PUBLIC; ALTER SCHEMA public OWNER TO postgres",
        "shop",
      );
      assert.equal(update({ ...several, postgres: { version: 14 } }), "");
      assert.equal(asRole("app", "CREATE TABLE of_app ()", "shop"), "");
      assert.match(asRole("reader", "CREATE TABLE y ()", "shop"), /permission denied for schema/);
      assert.match(asAdministrator("CREATE ROLE made"), /permission denied to create role/);
      found("ALTER SCHEMA public OWNER TO pg_database_owner", "shop");
      update(several);
    });

    it("let the administrator make databases and roles, and do what applications can", () => {
      assert.equal(asAdministrator("CREATE ROLE made LOGIN"), "");
      assert.equal(asAdministrator("CREATE DATABASE of_administrator"), "");
      assert.equal(asAdministrator("CREATE TABLE x ()", "of_administrator"), "");
      assert.equal(asAdministrator("CHECKPOINT"), "");
      assert.equal(asAdministrator("SELECT count(*) FROM x", "stock"), "0");
      assert.equal(asAdministrator("ALTER TABLE of_app ADD x int", "shop"), "");
      assert.equal(asAdministrator("DROP DATABASE of_administrator"), "");
      assert.equal(asAdministrator("DROP ROLE made"), "");
    });

    for (const [what, sql, refusal] of [
      ["become the superuser", "SET ROLE postgres", /permission denied to set role/],
      ["make one", "CREATE ROLE root SUPERUSER", /permission denied to create role/],
      ["make itself one", "ALTER ROLE administrator SUPERUSER", /permission denied to alter role/],
      [
        "change its password",
        "ALTER ROLE postgres PASSWORD 'x'",
        /permission denied to alter role/,
      ],
      ["change another's", "ALTER ROLE app PASSWORD 'x'", /permission denied to alter role/],
      [
        "change that of members",
        "ALTER ROLE replicator PASSWORD 'x'",
        /permission denied to alter/,
      ],
      ["run a program", "COPY pg_class FROM PROGRAM 'id'", /permission denied to COPY to or from/],
      [
        "read a file",
        "SELECT pg_read_file('/etc/patroni/patroni.yml')",
        /permission denied for function/,
      ],
      [
        "get to that",
        "GRANT pg_execute_server_program TO administrator",
        /permission denied to grant/,
      ],
      ["read verifiers", "SELECT count(*) FROM pg_authid", /permission denied for table pg_authid/],
      ["look up verifiers", "SELECT pgbouncer.user_lookup('app')", /permission denied for schema/],
      ["change the program's notes", "DELETE FROM hapg.roles", /permission denied for schema hapg/],
      [
        "change parameters",
        "ALTER SYSTEM SET archive_command = 'id'",
        /permission denied to set param/,
      ],
      ["load code", "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x'", /permission denied for/],
    ] as const) {
      it(`do not let the administrator ${what}`, () => {
        assert.match(asAdministrator(sql), refusal);
      });
    }

    it("let the monitor look at everything but rows, with few connections", () => {
      for (const database of ["postgres", "shop", "stock"]) {
        assert.equal(asRole("monitor", "SELECT count(*) FROM pg_stat_replication", database), "0");
        assert.equal(asRole("monitor", "SHOW data_directory", database), "/tmp/data");
      }
      assert.match(asRole("monitor", "TABLE of_app", "shop"), /permission denied for table of_app/);
      assert.match(asRole("monitor", "CREATE DATABASE x", "shop"), /permission denied/);
      assert.equal(found("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'monitor'"), "10");
      // Whoever is connected there keeps others from making databases.
      for (const login of ["monitor", "administrator"]) {
        assert.match(asRole(login, "SELECT 1", "template1"), denied);
      }
    });

    it("are the same for second logins", () => {
      update({ ...several, credentials: { administrator: 1, monitor: 1 } });
      const who = "SELECT session_user, current_user";
      assert.equal(since(1, "administrator_b", who), "administrator_b|administrator");
      assert.equal(since(1, "administrator_b", "CREATE ROLE made"), "");
      assert.equal(since(0, "administrator", "DROP ROLE made"), "");
      assert.match(since(1, "administrator_b", "CREATE ROLE made SUPERUSER"), /permission denied/);
      assert.equal(since(1, "monitor_b", "SHOW data_directory"), "/tmp/data");
    });

    it("of the administrator over a role that left stay, and end when it is dropped", () => {
      const of = "SELECT pg_has_role('administrator', 'nobody', 'USAGE')";
      update({ ...several, roles: { app: {}, other: {}, reader: {} } });
      assert.equal(found(of), "t");
      const dropping: Roles = { app: {}, other: {}, reader: {}, nobody: { state: "dropped" } };
      assert.equal(update({ ...several, roles: dropping }), "");
      assert.match(asRole("nobody", "SELECT 1", "shop"), /authentication failed/);
    });

    it("are not given to a role of somebody else that has the name", () => {
      found("ALTER ROLE monitor RENAME TO former; CREATE ROLE monitor LOGIN");
      assert.match(
        update(several),
        /the name "monitor" is needed for a system role, and a role of another kind has it/,
      );
      found("DROP ROLE monitor; ALTER ROLE former RENAME TO monitor");
      assert.equal(update(several), "");
    });
  });

  describe("changes by hand", () => {
    const input: { roles: Roles } & Partial<SettingsInput> = {
      roles: { app: {}, reader: { memberOf: ["pg_monitor"] }, writer: {} },
      databases: {
        shop: {
          owner: "app",
          readers: ["reader"],
          writers: ["writer"],
          schemas: { archive: { owner: "app" } },
        },
      },
    };
    /** What a preview finds. */
    const drift = () => {
      const script = driftScript(databasesModel(settingsOf(input)));
      const words = psql("-F", "\t", "-U", "postgres", "-d", "postgres");
      const { status, output } = sandbox.executeWith(script, "postgres1", ...words);
      assert.equal(status, 0, output);
      return output
        .trim()
        .split("\n")
        .filter((line) => line !== "")
        .sort();
    };

    it("are none after an update, or where somebody has made something else", () => {
      assert.equal(update(input), "");
      assert.deepEqual(drift(), []);
      found("CREATE ROLE by_hand LOGIN; GRANT pg_read_all_stats TO reader");
      found("GRANT CONNECT ON DATABASE shop TO by_hand; CREATE TABLE own (i int)", "shop");
      assert.deepEqual(drift(), []);
    });

    for (const [change, expected, database] of [
      ["ALTER ROLE reader PASSWORD 'guess'", "access\trole reader: password"],
      ["ALTER ROLE postgres PASSWORD 'guess'", "access\trole postgres: password"],
      ["ALTER ROLE writer NOLOGIN", "access\trole writer: login and connection limit"],
      ["ALTER ROLE monitor SUPERUSER", "access\trole monitor: attributes"],
      ["REVOKE pg_monitor FROM reader", "access\trole reader: membership in pg_monitor"],
      ['REVOKE "shop:rw" FROM writer', "access\trole writer: membership in shop:rw"],
      ["ALTER DATABASE shop OWNER TO writer", "access\tdatabase shop: owner"],
      ["GRANT CONNECT ON DATABASE shop TO PUBLIC", "access\tdatabase shop: right to connect"],
      [
        "ALTER SCHEMA archive OWNER TO writer",
        "contents\tdatabase shop: owner of schema archive",
        "shop",
      ],
      [
        'REVOKE USAGE ON SCHEMA archive FROM "shop:ro"',
        "contents\tdatabase shop: rights of shop:ro in schema archive",
        "shop",
      ],
      [
        'ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA public REVOKE ALL ON TABLES FROM "shop:ro"',
        "contents\tdatabase shop: rights of shop:ro in schema public",
        "shop",
      ],
      [
        'SET ROLE app; CREATE TABLE goods (i int); REVOKE INSERT ON goods FROM "shop:rw"',
        "contents\tdatabase shop: rights of shop:rw in schema public",
        "shop",
      ],
    ] as const) {
      it(`show and are put back: ${change}`, () => {
        found(change, database ?? "postgres");
        assert.ok(drift().includes(expected), drift().join("\n"));
        assert.equal(update(input), "");
        assert.deepEqual(drift(), []);
      });
    }
  });

  it("waits for no standby as long as there is none, whatever the replication", () => {
    found("ALTER SYSTEM SET synchronous_standby_names = '*'");
    found("SELECT pg_reload_conf()");
    try {
      assert.equal(update({ roles: { app: {}, afterwards: {} } }), "");
      assert.equal(since(0, "app", "SELECT 1"), "1");
    } finally {
      found("ALTER SYSTEM RESET synchronous_standby_names");
      found("SELECT pg_reload_conf()");
    }
  });
});
