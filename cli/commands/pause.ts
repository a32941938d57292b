import { patronictl } from "../../operations/patronictl";
import { act } from "../act";
import { acting } from "../acting";
import { examples, withCluster } from "../command";

/** `hapg pause`: disables failover until `hapg resume`. */
export const pause = acting("pause", "turn off automatic failover")
  .addHelpText("after", examples("pause"))
  .action(async (options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, (look) => ({
        plan: [
          "Patroni stops managing PostgreSQL on every member: no failover, no restart of a " +
            "crashed PostgreSQL.",
          "Updates are refused until you run resume.",
        ],
        carryOut: () => patronictl(cluster.reach, look, "pause", "--wait"),
        done: "The cluster is paused.",
        isVerified: false,
      })),
    );
  });

/** `hapg resume`: enables failover again after `hapg pause`. */
export const resume = acting("resume", "turn automatic failover on again")
  .addHelpText("after", examples("resume"))
  .action(async (options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, (look) => ({
        plan: [
          "Patroni manages PostgreSQL on every member again. If the primary is gone, a " +
            "standby takes over.",
        ],
        carryOut: () => patronictl(cluster.reach, look, "resume", "--wait"),
        done: "Automatic failover is on.",
      })),
    );
  });
