import { lookAtPart } from "../../operations/look/look";
import { eventsOf } from "../../operations/events";
import { examples, onCluster, withCluster } from "../command";
import { print, printJson } from "../terminal";
import { textTable } from "../textTable";

/** `hapg events`: every recorded change of the primary. */
export const events = onCluster("events", "show who was primary when, and why it changed")
  .alias("history")
  .option("--json", "print JSON")
  .addHelpText("after", examples("events", "events --json"))
  .action(async ({ json, ...where }) => {
    await withCluster(where, async ({ settings, reach }) => {
      const found = eventsOf({ members: await lookAtPart("members", settings, reach) });
      if (json === true) {
        printJson(found);
        return;
      }
      const rows = found.map(({ time, timeline, primary, position, reason }) => [
        time ?? "unknown",
        String(timeline),
        primary ?? "unknown",
        position,
        reason,
      ]);
      print(
        found.length === 0
          ? "The primary has never changed."
          : textTable([["TIME", "TIMELINE", "PRIMARY", "FROM POSITION", "REASON"], ...rows]).join(
              "\n",
            ),
      );
    });
  });
