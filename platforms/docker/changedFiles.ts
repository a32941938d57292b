import { configDirectories } from "../../configs/cluster/paths";
import { planOf } from "../../configs/cluster/plan";
import type { Settings } from "../../configs/settings/schema";
import { runAll } from "../parallel";
import { shellWord } from "../shell";
import { dockerClient } from "./client";
import type { ContainerState } from "./engine";

/** Digests of a service's files, as the last update wrote them. */
const digests = ".hapg-sums";

/** A shell command that prints the digest of each file of a directory. */
const digestsIn = (folder: string) =>
  `find ${folder} -type f ! -name '${digests}*' -exec sha256sum {} +`;

/** A shell command that records the files of a directory. It runs after they are written. */
export function recordFiles(directory: string): string {
  const [folder, file] = [shellWord(directory), shellWord(`${directory}/${digests}`)];
  return [
    `${digestsIn(folder)} >${file}.new`,
    `chown --reference=${folder} ${file}.new`,
    `mv -f ${file}.new ${file}`,
    "",
  ].join("\n");
}

/** Prints the files that differ, each on a line. Nothing is known of an earlier version's. */
export function listChangedFiles(directory: string): string {
  const [folder, file] = [shellWord(directory), shellWord(`${directory}/${digests}`)];
  return [
    `[ -e ${file} ] || exit 0`,
    // What is as it was written stands in both.
    `${digestsIn(folder)} | sort - ${file} | uniq -u | cut -c67- | sort -u`,
  ].join("\n");
}

/** Before the names of changed files in what a health check prints. */
const mark = "changed files:";

/**
 * A health check that also prints which files of a directory differ. Docker keeps the last answers,
 * and gives all containers' at once: much sooner than a process in each of them can.
 */
export function healthCheck(check: string[], directory: string): string[] {
  const script = [
    'status=0; "$@" || status=$?',
    `echo "${mark} $(${listChangedFiles(directory).trim().replaceAll("\n", "; ")} | tr "\\n" " ")"`,
    "exit $status",
  ].join("\n");
  return ["sh", "-c", script, "sh", ...check];
}

/** How old an answer of a health check may be, in milliseconds: that of a few checks. */
const longestAge = 60_000;

/**
 * Whether the last health check of a container has found that no file differs. What it has found
 * may have been repaired since.
 */
export function hasNoChange({ lastCheck }: ContainerState, now: number): boolean {
  if (lastCheck === undefined || Math.abs(now - lastCheck.end) > longestAge) return false;
  return lastCheck.output.split("\n").some((line) => line.trim() === mark);
}

/**
 * Files in the volumes of containers that somebody has changed, in words by service. The last health
 * check tells which containers have none; it is at most some seconds old. The others are asked at
 * the same time, and one that does not run cannot answer.
 * @param containers states of the containers by service
 */
export function lookAtFiles(
  settings: Settings,
  containers: ReadonlyMap<string, ContainerState>,
): Map<string, string> {
  const asked = planOf(settings).flatMap(({ name, kind }) => {
    const container = containers.get(name);
    return kind === "keepalived" || container === undefined || hasNoChange(container, Date.now())
      ? []
      : [{ name, container: container.name, directory: configDirectories[kind] }];
  });
  if (asked.length === 0) return new Map();
  const client = dockerClient(settings.docker.host);
  const endings = runAll(
    asked.map(({ container, directory }) => ({
      words: [...client, "exec", container, "sh", "-c", listChangedFiles(directory)],
      input: "",
    })),
  );
  return new Map(
    asked.flatMap(({ name }, i) => {
      const { status, output } = endings[i] ?? { status: null, output: "" };
      const changed = output.split("\n").filter((line) => line !== "");
      return status !== 0 || changed.length === 0
        ? []
        : [[name, `${name} has changed files: ${changed.join(" ")}`] as const];
    }),
  );
}
