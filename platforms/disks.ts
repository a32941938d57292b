import { programText } from "../programs/load";
import type { Founding } from "../configs/patroni/founding";

/** Data in a service's directory, as the survey found it while there was no leader. */
export interface Disk {
  service: string;
  holds: "etcd" | "postgres";
  /** Major version of PostgreSQL. */
  major?: number;
  /**
   * PostgreSQL's system identifier, the same for all members of a cluster. Unknown in an incomplete
   * copy.
   */
  system?: string;
  /**
   * The settings that the cluster was founded with, from Patroni's own copy of the dynamic
   * configuration.
   */
  founding?: Founding | undefined;
}

/** A shell function, `kept_data SERVICE DIRECTORY`, that prints what {@link parseDisks} reads. */
export const keptDataScript = (): string => programText("kept-data.sh");

/** Reads what `kept_data` prints. Files of an interrupted founding are not data. */
export function parseDisks(output: string): Disk[] {
  return output
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([kind]) => kind === "kept")
    .flatMap(([, service = "", holds, major, system = "", state, config = ""]): Disk[] => {
      if (holds === "etcd") return [{ service, holds }];
      if (state === "begun") return [];
      const identity = /^\d+$/.test(system) ? { system } : {};
      const founding = foundingIn(config);
      return [{ service, holds: "postgres", major: Number(major), ...identity, founding }];
    });
}

function foundingIn(base64: string): Founding | undefined {
  try {
    const config = JSON.parse(Buffer.from(base64, "base64").toString()) as {
      hapg?: { founding?: Founding };
    };
    return config.hapg?.founding;
  } catch {
    return undefined;
  }
}
