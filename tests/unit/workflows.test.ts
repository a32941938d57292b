import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

interface Workflow {
  on: unknown;
  permissions: Record<string, string>;
}

describe("the workflows", () => {
  const folder = ".github/workflows";
  const texts = Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );

  it("run a fork's code without secrets and without rights to write", () => {
    const { on, permissions } = parse(texts["plan.yml"] ?? "") as Workflow;
    assert.equal(on, "pull_request");
    assert.deepEqual(permissions, { contents: "read" });
    assert.doesNotMatch(texts["plan.yml"] ?? "", /secrets\./);
    for (const [name, text] of Object.entries(texts))
      assert.doesNotMatch(text, /^[^#]*pull_request_target/m, name);
  });

  it("use secrets in pull requests only for branches of the repository itself", () => {
    for (const [name, text] of Object.entries(texts)) {
      const { on } = parse(text) as Workflow;
      if (on === "pull_request" && text.includes("secrets."))
        assert.match(text, /head\.repo\.full_name == github\.repository/, name);
    }
  });

  it("check out nothing of a pull request where they may write", () => {
    for (const [name, text] of Object.entries(texts)) {
      const { permissions } = parse(text) as Workflow;
      if (Object.values(permissions).includes("write")) assert.doesNotMatch(text, /ref:/, name);
    }
  });
});

describe("a step of a workflow", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg-step-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Puts a program before the system's. It notes its words, one JSON text a call. */
  function program(name: string, script: string): void {
    const note = `require("fs").appendFileSync(${JSON.stringify(join(folder, "calls"))}, JSON.stringify(process.argv.slice(2)) + "\\n");`;
    const text = `#!${process.execPath}\nconst words = process.argv.slice(2).join(" ");\n${note}\n${script}\n`;
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  }

  /** GitHub's client: prints one of these answers to words that contain its key. */
  const gh = (answers: Record<string, string>) => {
    program(
      "gh",
      `for (const [part, answer] of Object.entries(${JSON.stringify(answers)}))\n` +
        "  if (words.includes(part)) { console.log(answer); break; }\n" +
        'const input = process.argv[process.argv.indexOf("--input") + 1];\n' +
        'if (words.includes("--input"))\n' +
        `  require("fs").copyFileSync(input, ${JSON.stringify(join(folder, "sent"))});`,
    );
  };

  const run = (...words: string[]) =>
    spawnSync(words[0] ?? "", words.slice(1), {
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: `${folder}:${process.env.PATH}`,
        GITHUB_REPOSITORY: "acme/databases",
        GITHUB_OUTPUT: join(folder, "outputs"),
        GITHUB_STEP_SUMMARY: join(folder, "summary"),
        GITHUB_RUN_ID: undefined,
        PLAN_FILE: join(folder, "plan.md"),
      },
    });
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const calls = () =>
    existsSync(join(folder, "calls"))
      ? read("calls")
          .trim()
          .split("\n")
          .map((line) => (JSON.parse(line) as string[]).join(" "))
      : [];

  describe("that writes the plan", () => {
    for (const [status, refused] of [
      [0, "false"],
      [3, "true"],
    ] as const)
      it(`passes if the plan ends with ${status}, and says whether it is refused`, () => {
        program("npm", `console.log("### prod"); process.exitCode = ${status};`);
        const { status: code, stderr } = run("sh", ".github/steps/plan.sh", "origin/main", "prod");
        assert.equal(code, 0, stderr);
        assert.deepEqual(calls(), [
          "run -s hapg -- plan --base origin/main --markdown --stack prod",
        ]);
        assert.equal(read("outputs"), `file=${join(folder, "plan.md")}\nrefused=${refused}\n`);
        assert.equal(read("summary"), "### prod\n");
      });

    it("fails if a stack file is wrong", () => {
      program("npm", "process.exitCode = 2;");
      assert.equal(run("sh", ".github/steps/plan.sh", "origin/main").status, 2);
    });
  });

  describe("that comments on a pull request", () => {
    const head = "0123abc";
    const pull = (state: string, sha: string) => ({ number: 7, state, head: { sha } });
    const comment = (plan: string) => {
      writeFileSync(join(folder, "plan.md"), plan);
      return run("node", ".github/steps/comment.mjs", head, join(folder, "plan.md"));
    };
    const sent = () => (JSON.parse(read("sent")) as { body: string }).body;
    const others = [
      { id: 1, body: "<!-- hapg plan -->\nby somebody", type: "User" },
      { id: 2, body: "something else", type: "Bot" },
    ];
    const lines = (comments: object[]) => comments.map((one) => JSON.stringify(one)).join("\n");

    it("writes a comment if there is none, whoever imitates one", () => {
      gh({ "/pulls": JSON.stringify([pull("open", head)]), "--jq": lines(others) });
      const { status, stderr } = comment("### prod: no change\n");
      assert.equal(status, 0, stderr);
      assert.match(
        calls().at(-1) ?? "",
        /--method POST repos\/acme\/databases\/issues\/7\/comments/,
      );
      assert.equal(sent(), "<!-- hapg plan -->\n### prod: no change\n");
    });

    it("updates its own", () => {
      const own = { id: 3, body: "<!-- hapg plan -->\nformer", type: "Bot" };
      gh({ "/pulls": JSON.stringify([pull("open", head)]), "--jq": lines([...others, own]) });
      assert.equal(comment("now").status, 0);
      assert.match(
        calls().at(-1) ?? "",
        /--method PATCH repos\/acme\/databases\/issues\/comments\/3/,
      );
    });

    it("shortens what GitHub would refuse", () => {
      gh({ "/pulls": JSON.stringify([pull("open", head)]) });
      assert.equal(comment("x".repeat(70_000)).status, 0);
      assert.ok(sent().length < 65_536, `${sent().length} characters`);
      assert.match(sent(), /summary has the whole plan/);
    });

    it("has nothing to do if no open pull request has this head any more", () => {
      gh({ "/pulls": JSON.stringify([pull("closed", head), pull("open", "4567def")]) });
      const { status, stdout } = comment("late");
      assert.equal(status, 0);
      assert.match(stdout, /No open pull request has the head 0123abc/);
      assert.equal(calls().length, 1);
    });
  });

  describe("that reports a scheduled command", () => {
    const report = (command: string) =>
      run("node", ".github/steps/report.mjs", "Drift in prod", "sh", "-c", command);
    const open = { "issue list": '[{"number":4,"title":"Drift in prod"}]' };
    const none = { "issue list": '[{"number":5,"title":"Drift in prod2"}]' };
    /** What was done after the look for an issue. */
    const acts = () =>
      calls()
        .slice(1)
        .map((call) => call.split(" ").slice(0, 3).join(" "));

    it("opens an issue if it fails, with the end of its output", () => {
      gh(none);
      const { status, stdout } = report("seq 100; echo broken >&2; exit 9");
      assert.equal(status, 9);
      assert.match(stdout, /^1\n2\n/);
      assert.deepEqual(acts(), ["issue create --repo"]);
      const call = calls().at(-1) ?? "";
      assert.match(call, /--title Drift in prod --body It ended with 9\./);
      assert.match(call, /\n {4}100\n {4}broken$/);
      assert.doesNotMatch(call, /\n {4}40\n/);
    });

    it("adds to the open issue if it fails again", () => {
      gh(open);
      assert.equal(report("exit 1").status, 1);
      assert.deepEqual(acts(), ["issue comment 4"]);
    });

    it("closes the issue once it passes", () => {
      gh(open);
      assert.equal(report("true").status, 0);
      assert.deepEqual(acts(), ["issue comment 4", "issue close 4"]);
    });

    it("says nothing if it passes and there is no issue", () => {
      gh(none);
      assert.equal(report("true").status, 0);
      assert.deepEqual(acts(), []);
    });

    it("says in words that a program is missing", () => {
      const { status, stderr } = run("node", ".github/steps/report.mjs", "x", "no-such-program");
      assert.equal(status, 1);
      assert.match(stderr, /^spawnSync no-such-program ENOENT/);
    });
  });
});
