import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa, type ExecaChildProcess } from "execa";
import { parse, stringify } from "yaml";
import { freePort } from "../freePort";
import { setUpPrometheus } from "../../../toolchain/steps/prometheus.mjs";

/** A series and its value, as Prometheus answers. */
export interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

/** An alert rule, as Prometheus sees it. */
export interface RuleState {
  name: string;
  query: string;
  /** `ok` once it was evaluated without an error. */
  health: string;
  state: string;
  lastError?: string;
}

/** A Prometheus with the files of an export, on a free port of this machine. */
export class OwnPrometheus {
  private constructor(
    private readonly url: string,
    private readonly child: ExecaChildProcess,
  ) {}

  /** Starts it. @param folder with the exported files; its data goes there too */
  static async start(folder: string): Promise<OwnPrometheus> {
    const scrapes = readdirSync(folder).filter((name) => name.endsWith(".scrape.yml"));
    const read = (name: string) =>
      parse(readFileSync(join(folder, name), "utf8")) as { scrape_configs: object[] };
    // Versions before 2.43 do not know scrape_config_files.
    const scrape_configs = scrapes.flatMap((name) => read(name).scrape_configs);
    const config = join(folder, "prometheus.yml");
    writeFileSync(config, stringify({ rule_files: ["*.rules.yml"], scrape_configs }));
    const { prometheus } = await setUpPrometheus();
    const address = `127.0.0.1:${await freePort()}`;
    const child = execa(
      prometheus,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=${address}`,
      ],
      { reject: false, all: true },
    );
    return new OwnPrometheus(`http://${address}`, child);
  }

  /** The result of a query. @throws {Error} if Prometheus refuses it */
  async query(expression: string): Promise<Sample[]> {
    const words = new URLSearchParams({ query: expression });
    const { result } = (await this.ask(`query?${words.toString()}`)) as { result: Sample[] };
    return result;
  }

  /** All alert rules. */
  async rules(): Promise<RuleState[]> {
    const { groups } = (await this.ask("rules")) as { groups: { rules: RuleState[] }[] };
    return groups.flatMap(({ rules }) => rules);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.child;
  }

  private async ask(path: string): Promise<unknown> {
    const answer = await fetch(`${this.url}/api/v1/${path}`);
    const { status, error, data } = (await answer.json()) as Record<string, unknown>;
    if (status !== "success") throw new Error(`${path}: ${String(error)}`);
    return data;
  }
}
