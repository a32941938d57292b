import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, execaSync } from "execa";
import type { Family } from "../../configs/cluster/driverStrings";
import { cacheHome } from "../../toolchain/cache.cjs";

/** The page whose programs the tests run as they stand there. */
const page = "docs/how-to/drivers.md";

/**
 * The blocks of code in a section of the page, in order.
 * @throws {Error} if the section has none of the language
 */
export function snippets(section: string, language: string): string[] {
  const text = readFileSync(page, "utf8").split(`\n## ${section}\n`)[1]?.split("\n## ")[0] ?? "";
  const blocks = [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code = ""]) => code);
  if (blocks.length === 0) throw new Error(`${page} has no ${language} in the section ${section}`);
  return blocks;
}

/** Where drivers and what is built with them stay from run to run. */
const cache = join(cacheHome(), "clients");

/** A command line, and what it gets beside this process's environment. */
interface Step {
  words: string[];
  cwd?: string;
  env?: Record<string, string>;
}

/**
 * How programs of a language come to run; `drivers` is where its drivers are, `programs` where the
 * programs are.
 */
interface Language {
  /** Program that has to be on PATH, with the word that shows its version. */
  needs: [string, string];
  /** Files that say which drivers in which versions. */
  versions: string[];
  install: (drivers: string) => Step[];
  build?: (drivers: string, programs: string) => Step[];
  run: (drivers: string, programs: string, program: string) => string[];
}

const languages = {
  python: {
    needs: ["python3", "--version"],
    versions: ["requirements.txt"],
    install: (drivers) => [
      { words: ["python3", "-m", "venv", drivers] },
      { words: [`${drivers}/bin/pip`, "install", "-q", "-r", `${drivers}/requirements.txt`] },
    ],
    run: (drivers, programs, program) => [
      ...[`${drivers}/bin/python`, "-B", join(programs, program)],
    ],
  },
  node: {
    needs: ["npm", "--version"],
    versions: ["package.json", "package-lock.json"],
    install: (drivers) => [{ words: ["npm", "ci", "--no-audit", "--no-fund"], cwd: drivers }],
    run: (_, programs, program) => ["node", join(programs, program)],
  },
  java: {
    needs: ["mvn", "--version"],
    versions: ["pom.xml"],
    install: (drivers) => [
      {
        words: [
          ...["mvn", "-q", "-B", "-f", `${drivers}/pom.xml`, "dependency:copy-dependencies"],
          `-DoutputDirectory=${drivers}/lib`,
        ],
      },
    ],
    build: (drivers, programs) => [
      {
        words: [
          ...["javac", "-cp", `${drivers}/lib/*`, "-d", `${programs}/out`],
          ...[`${programs}/Exercise.java`, `${programs}/Database.java`],
        ],
      },
    ],
    run: (drivers, programs, program) => [
      ...["java", "-XX:TieredStopAtLevel=1", "-cp", `${drivers}/lib/*:${programs}/out`, program],
    ],
  },
  go: {
    needs: ["go", "version"],
    versions: ["go.mod", "go.sum"],
    install: () => [],
    build: (_, programs) => [{ words: ["go", "build", "-C", programs, "-o", "exercise", "."] }],
    run: (_, programs) => [join(programs, "exercise")],
  },
  rust: {
    needs: ["cargo", "--version"],
    versions: ["Cargo.toml", "Cargo.lock"],
    install: () => [],
    build: (drivers, programs) => [
      {
        words: [
          ...["cargo", "build", "--quiet", "--locked"],
          ...["--manifest-path", `${programs}/Cargo.toml`],
        ],
        env: { CARGO_TARGET_DIR: `${drivers}/target` },
      },
    ],
    run: (drivers) => [`${drivers}/target/debug/clients`],
  },
} satisfies Record<string, Language>;

/** A driver, and the program that does with it what clients do. */
export interface Driver {
  name: string;
  language: keyof typeof languages;
  family: Family;
  /** Section of the page with the program that it connects by, and the file that this becomes. */
  section: string;
  snippet: { language: string; file: string };
  /** Program in `tests/clients/LANGUAGE/`. */
  program: string;
  /** Routes on which it writes during a switchover. */
  writes: string[];
}

const everywhere = ["WRITE", "POOLED_WRITE", "MEMBERS"];
const python = (name: string, section: string, family: Family, writes: string[]): Driver => ({
  ...{ name, language: "python", family, section, writes },
  snippet: { language: "python", file: `${name}_snippet.py` },
  program: `with_${name}.py`,
});
const node = (name: string, section: string): Driver => ({
  ...{ name, language: "node", family: "node", section, writes: ["WRITE", "POOLED_WRITE"] },
  snippet: { language: "js", file: `${name}-snippet.mjs` },
  program: `with-${name}.mjs`,
});

/** Every driver that the page describes. */
export const drivers: Driver[] = [
  node("node-pg", "node-pg"),
  python("psycopg", "psycopg", "libpq", everywhere),
  node("postgres-js", "postgres.js"),
  python("asyncpg", "asyncpg", "python", everywhere),
  python("sqlalchemy", "SQLAlchemy", "libpq", everywhere),
  python("django", "Django", "libpq", []),
  {
    ...{ name: "pgjdbc", language: "java", family: "jdbc", section: "pgjdbc with HikariCP" },
    snippet: { language: "java", file: "Database.java" },
    program: "Exercise",
    writes: everywhere,
  },
  {
    ...{ name: "pgx", language: "go", family: "go", section: "pgx" },
    snippet: { language: "go", file: "snippet.go" },
    program: "exercise",
    writes: everywhere,
  },
  {
    ...{ name: "tokio-postgres", language: "rust", family: "rust", section: "tokio-postgres" },
    snippet: { language: "rust", file: "src/snippet.rs" },
    program: "clients",
    writes: everywhere,
  },
];

/** The programs of the drivers, ready to run. */
export class DriverPrograms {
  private readonly folder = mkdtempSync(join(tmpdir(), "hapg-clients-"));
  private readonly ready = new Set<Driver["language"]>();

  /** Whether this machine has what programs of a driver's language need. */
  static isPossible({ language }: Driver): boolean {
    const [program, word] = languages[language].needs;
    return !execaSync(program, [word], { reject: false }).failed;
  }

  /** Installs a driver, unless it is installed, and builds the programs of its language. */
  async prepare({ language: name }: Driver): Promise<void> {
    if (this.ready.has(name)) return;
    const language: Language = languages[name];
    const installed = this.installedIn(name);
    if (!existsSync(join(installed, "complete"))) {
      rmSync(installed, { recursive: true, force: true });
      mkdirSync(installed, { recursive: true });
      for (const file of language.versions)
        cpSync(join("tests/clients", name, file), join(installed, file));
      await runSteps(language.install(installed));
      writeFileSync(join(installed, "complete"), "");
    }
    const programs = this.programsOf(name);
    cpSync(join("tests/clients", name), programs, { recursive: true });
    for (const { section, snippet } of drivers.filter(({ language: own }) => own === name)) {
      const [code = ""] = snippets(section, snippet.language);
      writeFileSync(join(programs, snippet.file), code);
    }
    if (name === "node")
      symlinkSync(join(installed, "node_modules"), join(programs, "node_modules"));
    await runSteps(language.build?.(installed, programs) ?? []);
    this.ready.add(name);
  }

  /**
   * Starts a driver's program.
   * @param env where it finds its connection strings
   */
  start({ language: name, program }: Driver, words: string[], env: Record<string, string>) {
    const language: Language = languages[name];
    const [command = "", ...rest] = language.run(
      this.installedIn(name),
      this.programsOf(name),
      program,
    );
    return execa(command, [...rest, ...words], {
      ...{ env, all: true, reject: false, stdin: "ignore", timeout: 240_000 },
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private readonly programsOf = (language: string) => join(this.folder, language);

  private installedIn(name: Driver["language"]): string {
    const hash = createHash("sha256");
    for (const file of languages[name].versions)
      hash.update(readFileSync(join("tests/clients", name, file)));
    return join(cache, `${name}-${hash.digest("hex").slice(0, 12)}`);
  }
}

async function runSteps(steps: Step[]): Promise<void> {
  for (const { words, ...options } of steps) {
    const [program = "", ...rest] = words;
    await execa(program, rest, { ...options, all: true, stdin: "ignore" });
  }
}
