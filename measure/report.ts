import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { type Spread, spreadText } from "./statistics";

/** A line of a report. */
export interface Figure {
  what: string;
  unit: string;
  values: Spread;
  /** Digits after the decimal point. @default 1 */
  digits?: number;
}

/** Figures as they come, and all of them at the end. */
export class Report {
  private readonly figures: Figure[] = [];

  /** @param name of the file in `reports/`, without its ending */
  constructor(private readonly name: string) {}

  /** Prints a figure and keeps it. */
  add(figure: Figure): void {
    this.figures.push(figure);
    console.log(`${figure.what}: ${spreadText(figure.values, figure.digits)} ${figure.unit}`);
  }

  /** Prints all figures as a table, and writes them as JSON. */
  finish(): void {
    const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
    const { figures } = this;
    mkdirSync("reports", { recursive: true });
    writeFileSync(`reports/${this.name}.json`, JSON.stringify({ machine, figures }, null, 2));
    const rows = figures.map(
      ({ what, unit, values, digits }) => `| ${what} | ${spreadText(values, digits)} | ${unit} |`,
    );
    console.log(
      [
        "",
        `Machine: ${machine}.`,
        "",
        "| figure | min / median / max | unit |",
        "|---|---|---|",
        ...rows,
      ].join("\n"),
    );
  }
}

/**
 * The names that the command line chooses with `--only NAME[,NAME]`; all without it. @throws {Error}
 * if there is no such name
 */
export function chosen<Name extends string>(names: readonly Name[]): Name[] {
  const at = process.argv.indexOf("--only");
  if (at === -1) return [...names];
  const given = (process.argv[at + 1] ?? "").split(",");
  const unknown = given.filter((one) => !names.some((name) => name === one));
  if (unknown.length > 0) {
    throw new Error(`--only: no part "${unknown.join(", ")}"; there are ${names.join(", ")}`);
  }
  return names.filter((name) => given.includes(name));
}

/** A number on the command line. */
export function option(flag: string, fallback: number): number {
  const at = process.argv.indexOf(flag);
  return at === -1 ? fallback : Number(process.argv[at + 1]);
}
