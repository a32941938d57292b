// @ts-check
// node .github/steps/comment.mjs HEAD_COMMIT FILE
// Writes the one comment about the plan into the pull request with this head, or updates it. The
// file may come from a fork: it is text, and nothing of it is executed.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gh, repository, run } from "./gitHub.mjs";

const mark = "<!-- hapg plan -->";
/** GitHub refuses longer comments. */
const most = 60_000;

run(() => {
  const [head = "", file = ""] = process.argv.slice(2);
  const repo = `repos/${repository()}`;
  /** @type {{ number: number, state: string, head: { sha: string } }[]} */
  const pulls = JSON.parse(gh("api", `${repo}/commits/${head}/pulls`));
  const pull = pulls.find((one) => one.state === "open" && one.head.sha === head);
  if (pull === undefined) {
    console.log(`No open pull request has the head ${head}: there is nothing to comment on.`);
    return;
  }
  const plan = readFileSync(file, "utf8");
  const rest = plan.length > most ? "\n\nThe workflow's summary has the whole plan.\n" : "";
  const comment = commentOf(`${repo}/issues/${pull.number}/comments`);
  const target =
    comment === undefined
      ? ["POST", `${repo}/issues/${pull.number}/comments`]
      : ["PATCH", `${repo}/issues/comments/${comment}`];
  const folder = mkdtempSync(join(tmpdir(), "hapg-comment-"));
  try {
    const input = join(folder, "comment.json");
    writeFileSync(input, JSON.stringify({ body: `${mark}\n${plan.slice(0, most)}${rest}` }));
    gh("api", "--silent", "--method", ...target, "--input", input);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/**
 * The number of the comment that an earlier run has written.
 * @param {string} comments their path
 * @returns {number | undefined}
 */
function commentOf(comments) {
  const each = ".[] | {id, body, type: .user.type}";
  /** @type {{ id: number, body: string, type: string }[]} */
  const all = gh("api", "--paginate", comments, "--jq", each)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  // Anybody may write the mark.
  return all.find(({ type, body }) => type === "Bot" && body.startsWith(mark))?.id;
}
