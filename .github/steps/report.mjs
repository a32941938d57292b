// @ts-check
// node .github/steps/report.mjs TITLE COMMAND...
// Runs a command. If it fails, opens the one issue with this title or adds to it; else closes it.
// Ends as the command does.
import { spawnSync } from "node:child_process";
import { gh, repository, run } from "./gitHub.mjs";

/** How many lines of the command's output an issue gets. */
const lines = 60;

run(() => {
  const [title = "", program = "", ...words] = process.argv.slice(2);
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  process.stdout.write(stdout);
  process.stderr.write(stderr);

  const where = ["--repo", repository()];
  /** @type {{ number: number, title: string }[]} */
  const open = JSON.parse(
    gh("issue", "list", ...where, "--state", "open", "--limit", "1000", "--json", "number,title"),
  );
  const issue = open.find((one) => one.title === title)?.number;
  const body = ["--body", bodyOf(status, stdout + stderr)];
  if (issue === undefined) {
    if (status !== 0) gh("issue", "create", ...where, "--title", title, ...body);
  } else {
    gh("issue", "comment", String(issue), ...where, ...body);
    if (status === 0) gh("issue", "close", String(issue), ...where);
  }
  return status ?? 1;
});

/**
 * @param {number | null} status
 * @param {string} output
 */
function bodyOf(status, output) {
  const { GITHUB_SERVER_URL: server, GITHUB_RUN_ID: id } = process.env;
  return [
    status === 0 ? "It passed." : `It ended with ${status ?? "a signal"}.`,
    ...(id === undefined ? [] : [`Run: ${server}/${repository()}/actions/runs/${id}`]),
    "",
    "The last lines:",
    "",
    // Four spaces keep any content as it is.
    ...output
      .trimEnd()
      .split("\n")
      .slice(-lines)
      .map((line) => `    ${line}`),
  ].join("\n");
}
