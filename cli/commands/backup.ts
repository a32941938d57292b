import { Command, Option } from "@commander-js/extra-typings";
import {
  askRepository,
  onRepository,
  rehearse,
  takeBackup,
} from "../../operations/backup/repository";
import { archiveLag, windowOf } from "../../operations/backup/window";
import type { Backup, RepositoryFacts } from "../../operations/look/repositoryFacts";
import { bytes, duration, utcTime } from "../../operations/units";
import { examples, onCluster, withCluster } from "../command";
import { print, printJson, progress } from "../terminal";
import { textTable } from "../textTable";

const typeNames: Record<Backup["type"], string> = {
  full: "full",
  diff: "differential",
  incr: "incremental",
};

const now = onCluster("now", "take a backup now")
  .addOption(
    new Option("--type <type>", "what to copy; without a full backup it is a full one")
      .choices(["full", "differential", "incremental"] as const)
      .default("incremental" as const),
  )
  .option("--json", "print JSON")
  .addHelpText("after", examples("backup now", "backup now --type full"))
  .action(async ({ type, json, ...where }) => {
    await withCluster(where, async ({ settings, reach }) => {
      const started = Date.now();
      const wanted = { full: "full", differential: "diff", incremental: "incr" } as const;
      const taken = await takeBackup(settings, reach, wanted[type], progress);
      if (json === true) {
        printJson(taken);
        return;
      }
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      print(
        `${typeNames[taken.type]} backup ${taken.label}: ${bytes(taken.bytes)}, ` +
          `${bytes(taken.changedBytes)} in the repository, ${seconds} s.`,
      );
    });
  });

const list = onCluster("list", "show backups, the recoverable window and the archive")
  .option("--json", "print JSON")
  .addHelpText("after", examples("backup list", "backup list --json"))
  .action(async ({ json, ...where }) => {
    await withCluster(where, async ({ settings, reach }) => {
      const facts = await askRepository(settings, reach);
      const window = windowOf(facts) ?? null;
      const archiveLagSeconds = archiveLag(facts) ?? null;
      if (json === true) printJson({ ...facts, window, archiveLagSeconds });
      else print(page(facts).join("\n"));
    });
  });

const check = onCluster("check", "prove that WAL of the primary reaches the repository")
  .addHelpText("after", examples("backup check"))
  .action(async (where) => {
    await withCluster(where, async ({ settings, reach }) => {
      await onRepository(settings, reach, ["check"], progress);
      print("The repository is complete, and a new WAL file of the primary has reached it.");
    });
  });

const verify = onCluster("verify", "read the whole repository and compare all checksums")
  .addHelpText("after", examples("backup verify"))
  .action(async (where) => {
    await withCluster(where, async ({ settings, reach }) => {
      await onRepository(settings, reach, ["verify"], progress);
      print("Every file of the repository is there and has its checksum.");
    });
  });

const rehearsal = onCluster(
  "rehearse",
  "restore the latest backup beside the repository, check it, and remove it",
)
  .option("--json", "print JSON")
  .addHelpText("after", examples("backup rehearse"))
  .action(async ({ json, ...where }) => {
    await withCluster(where, async ({ settings, reach }) => {
      const show = (line: string) => {
        if (!line.startsWith("{")) progress(line);
      };
      const found = await rehearse(settings, reach, show);
      if (json === true) {
        printJson(found);
        return;
      }
      const { backup: label, rtoSeconds, rpoSeconds, checks } = found;
      const lost = rpoSeconds === null ? "unknown" : `${rpoSeconds} s`;
      print(
        `${label} was restored and took writes after ${rtoSeconds} s (RTO). The last commit was ` +
          `${lost} old (RPO). Tables, indexes, checksums and ${checks.length} checks of the ` +
          "stack file are in order.",
      );
    });
  });

/** `hapg backup`: backups and the repository. */
export const backup = new Command("backup")
  .description("take and list backups; see `backup list`")
  .addCommand(now)
  .addCommand(list)
  .addCommand(check)
  .addCommand(verify)
  .addCommand(rehearsal);

/** The backups as text. */
function page(facts: RepositoryFacts): string[] {
  const { backups = [], archiver, problem, archiverProblem, disk } = facts;
  if (problem !== null) return [`The repository cannot be read: ${problem}`];
  const rows = backups.map(({ label, type, start, stop, bytes: size, changedBytes }) => [
    label,
    typeNames[type],
    utcTime(start),
    duration(stop - start),
    bytes(size),
    bytes(changedBytes),
  ]);
  const window = windowOf(facts);
  const lag = archiveLag(facts);
  return [
    ...(rows.length === 0
      ? ["There is no backup yet."]
      : textTable([["BACKUP", "TYPE", "STARTED", "TOOK", "DATABASE", "ADDED"], ...rows])),
    "",
    window === undefined
      ? "Nothing can be restored."
      : `Recoverable: from ${utcTime(window.from)} to ${utcTime(window.to)}`,
    archiver === null
      ? `Archive: unknown, ${archiverProblem ?? ""}`
      : `Archive: ${lag === undefined ? "nothing yet" : `last WAL ${duration(lag)} ago`}, ` +
        `${archiver.waiting} files wait`,
    disk === null
      ? "Repository: in S3-compatible storage"
      : `Repository: ${bytes(disk.freeBytes)} of ${bytes(disk.bytes)} are free`,
  ];
}
