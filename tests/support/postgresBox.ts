import { readFileSync } from "node:fs";
import { run } from "../../platforms/command";
import type { Reach } from "../../platforms/reach";
import { Sandbox } from "./containers";
import type { DiskFacts } from "./verdicts";
import { imageOf } from "./images";

const binaries = "/usr/lib/postgresql/17/bin";
const home = "/var/lib/postgresql";

/** PostgreSQL servers in one container, which are started, killed and looked at from outside. */
export class PostgresBox {
  private readonly sandbox = new Sandbox();

  constructor() {
    this.sandbox.start("postgres", {
      image: imageOf("patroni"),
      configDirectory: "/etc/patroni",
      dataDirectory: home,
      files: ["disk.py", "record.py", "verdict.py"].map((file) => ({
        path: `/etc/patroni/${file}`,
        content: readFileSync(`programs/${file}`, "utf8"),
        mode: 0o640,
      })),
      command: ["sleep", "600"],
    });
  }

  /** The way into the box, whatever the name of the service. */
  get reach(): Pick<Reach, "attached" | "execute"> {
    return {
      attached: (_, words) => this.sandbox.words("postgres", words),
      execute: (_, words, input, signal) =>
        run(this.sandbox.words("postgres", words), input, signal),
    };
  }

  /** Runs a shell script. `D` is the folder of all servers; PostgreSQL's programs are on the path. */
  run(script: string): string {
    const environment = `export PATH=${binaries}:$PATH PGHOST=/run/postgresql PGUSER=postgres D=${home}; cd /tmp`;
    const { status, output } = this.sandbox.execute(
      ...(["postgres", "bash", "-euc", `${environment}; ${script}`] as const),
    );
    if (status !== 0) throw new Error(`${script}: ${output}`);
    return output.trim();
  }

  /** Makes a server. */
  initialise(name: string, megabytes: number, ...settings: string[]): void {
    const lines = ["listen_addresses = ''", "fsync = off", "max_wal_size = 1GB", ...settings];
    this.run(
      `initdb -D $D/${name} -U postgres -A trust -N --no-instructions --wal-segsize=${megabytes} >/dev/null; ` +
        `printf '%s\\n' ${lines.map((line) => `"${line}"`).join(" ")} >>$D/${name}/postgresql.conf`,
    );
  }

  start(name: string, ...options: string[]): void {
    this.run(
      `pg_ctl -D $D/${name} -l $D/${name}.log -w -t 60 -o "${options.join(" ")}" start >/dev/null`,
    );
  }

  stop(name: string, mode: "fast" | "immediate"): void {
    this.run(`pg_ctl -D $D/${name} -w -m ${mode} stop >/dev/null`);
  }

  /** Kills a server and all of its processes at once. */
  kill(name: string): void {
    this.run(
      `p=$(head -n 1 $D/${name}/postmaster.pid); s=$(sed -n 4p $D/${name}/postmaster.pid); ` +
        `kill -9 $p $(cat /proc/$p/task/$p/children); ` +
        `while kill -0 $p 2>/dev/null && ! grep -q '^State:.Z' /proc/$p/status; do sleep 0.05; done; ` +
        `sleep 0.2; rm -f $D/${name}/postmaster.pid /run/postgresql/.s.PGSQL.$s*`,
    );
  }

  sql(query: string, port = 5432): string {
    return this.run(`psql -p ${port} -XqAt -v ON_ERROR_STOP=1 -c "${query}"`);
  }

  /** What disk.py says of a stopped server. */
  facts(name: string): DiskFacts {
    const program =
      "import json, sys; sys.path.insert(0, '/etc/patroni'); from disk import Disk; " +
      "print(json.dumps(Disk(sys.argv[1], sys.argv[2]).facts()))";
    return JSON.parse(this.run(`python3 -B -c "${program}" $D/${name} ${binaries}`)) as DiskFacts;
  }

  /** Where the last record begins that PostgreSQL itself finds when it starts after a crash. */
  redoneUntil(name: string): number {
    this.run(`: >$D/${name}.log`);
    this.start(name);
    const found = /redo done at ([0-9A-F]+\/[0-9A-F]+)/.exec(this.run(`cat $D/${name}.log`));
    return lsn(found?.[1] ?? "");
  }

  remove(): void {
    this.sandbox.remove();
  }
}

/** An LSN as PostgreSQL prints it, as a number. */
export function lsn(text: string): number {
  const [high = "", low = ""] = text.split("/");
  return parseInt(high, 16) * 2 ** 32 + parseInt(low, 16);
}
