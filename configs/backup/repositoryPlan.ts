import { paths } from "../cluster/paths";
import { ports } from "../cluster/ports";
import type { Topology } from "../cluster/topology";
import type { Settings } from "../settings/schema";
import { stanzaPrefix } from "./archiveCommand";
import { memberOptions } from "./pgbackrestConf";

const day = 24 * 3600;

/** 1970-01-04 was a Sunday: a schedule of weeks begins on Sundays. */
const firstSunday = 3 * day;

/** The input of `repository.py` from the stack file: plan.json, which it reads again when told. */
export function renderRepositoryPlan(settings: Settings, topology: Topology): string {
  const { backup, postgres } = settings;
  const [hours = 0, minutes = 0] = backup.startTime.split(":").map(Number);
  const plan = {
    stanzaPrefix: stanzaPrefix(settings),
    members: topology.members.map(({ address }) => `https://${address}:${ports.patroni}`),
    options: memberOptions(settings, topology.backups),
    schedule: {
      startSeconds: firstSunday + hours * 3600 + minutes * 60,
      full: backup.fullEveryDays * day,
      diff: backup.differentialEveryDays * day,
      incr: backup.incrementalEveryHours * 3600,
    },
    archiveTimeoutSeconds: backup.archiveTimeoutSeconds,
    walSegmentBytes: postgres.initdb.walSegmentMegabytes * 1024 * 1024,
    queueBytes: backup.queueMegabytes * 1024 * 1024,
    rehearseSeconds: backup.rehearseEveryDays * day,
    rehearsalChecks: backup.rehearsalChecks,
    binaries: paths.pgBin(postgres.version),
    config: paths.repositoryConf,
    data: paths.repositoryData,
    // Its files are elsewhere then, and each look at them is a request.
    isRemote: backup.s3 !== undefined,
    ca: paths.caOf(paths.repositoryConfig),
    service: paths.repositoryService,
  };
  return `${JSON.stringify(plan, null, 2)}\n`;
}
