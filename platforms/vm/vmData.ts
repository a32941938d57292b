import { servicesOn, type VmHost, vmHosts } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import type { KeptData, KeptPlace } from "../keptData";
import { shellCommand } from "../shell";
import { findHostKeys } from "./hostKeys";
import { scripts } from "./scripts";
import { onHosts, whyUnreachable } from "./survey";

/** Data directories on hosts. */
export class VmData implements KeptData {
  /** @param stack the owning stack, `project/stack` */
  constructor(
    private readonly settings: Settings,
    private readonly stack: string,
  ) {}

  list(): KeptPlace[] {
    return this.onEach("list_data").flatMap(({ host, output }) =>
      output
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
          const [size, directory = ""] = line.split("\t");
          return { place: `${host}:${directory}`, bytes: Number(size) };
        }),
    );
  }

  remove(): void {
    this.onEach("remove_data");
  }

  /**
   * Runs one of the functions of `data.sh` on every host that is not away.
   * @throws {Error} with every host that could not be reached
   */
  private onEach(what: string): { host: string; output: string }[] {
    const { keys } = findHostKeys(this.settings);
    const hosts = vmHosts(this.settings).filter(({ away }) => !away);
    const endings = onHosts(hosts, this.settings, keys, (host) => {
      const call = shellCommand([what, this.stack, ...dataDirectories(host, this.settings)]);
      return `{\nset -eu\n${scripts("data.sh")}\n${call}\n} </dev/null\n`;
    });
    const problems = hosts.flatMap((host, i) => {
      const ending = endings[i];
      return ending === undefined ? [] : (whyUnreachable(host, this.settings, ending) ?? []);
    });
    if (problems.length > 0) {
      throw new Error(problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
    }
    return hosts.map(({ name }, i) => ({ host: name, output: endings[i]?.output ?? "" }));
  }
}

/** Directories with the data of a host's services. Other data is not touched. */
const dataDirectories = (host: VmHost, settings: Settings): string[] =>
  servicesOn(host, settings).flatMap(({ dataDirectory }) => dataDirectory ?? []);
