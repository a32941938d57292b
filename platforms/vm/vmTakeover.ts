import { type VmHost, servicesOn, vmHosts } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import { shellCommand } from "../shell";
import type { Remains, Takeover } from "../takeover";
import { findHostKeys } from "./hostKeys";
import { vmPrograms } from "./programs";
import { removalSteps, rootScript, scripts } from "./scripts";
import { onHosts, whyUnreachable } from "./survey";

/** The services of a stack file on their hosts. Services on hosts that are away stay unchanged. */
export class VmTakeover implements Takeover {
  constructor(private readonly settings: Settings) {}

  look(): Promise<Remains> {
    const programs = vmPrograms(this.settings);
    const lines = this.onEach((host) => {
      const services = servicesOn(host, this.settings);
      const units = services.map(({ name, kind }) => `${name}:${programs[kind].unit}`);
      const directories = services.flatMap(({ dataDirectory }) => dataDirectory ?? []);
      return [shellCommand(["remains", ...units, "--", ...directories])];
    }).flatMap(({ host, output }) =>
      output
        .split("\n")
        .map((line) => line.split("\t"))
        .map(([kind = "", value = ""]) => ({ host, kind, value })),
    );
    const all = (wanted: string) => lines.filter(({ kind }) => kind === wanted);
    const owned = all("owner").map(({ host, value }) => {
      const [cluster = "", stack = ""] = value.split(" ");
      return { host, cluster, stack };
    });
    const other = owned.find(({ cluster }) => cluster !== this.settings.clusterName);
    if (other !== undefined) {
      throw new Error(
        `vm.hosts.${other.host}: belongs to the cluster ${other.cluster} of stack ` +
          `${other.stack}, which is another one. ` +
          "Nothing was changed.",
      );
    }
    return Promise.resolve({
      owners: [...new Set(owned.map(({ stack }) => stack))].sort(),
      // On a host without an owner the data belongs to something else.
      running: all("runs")
        .filter(({ host }) => owned.some((one) => one.host === host))
        .map(({ value }) => value),
      places: owned.map(({ host }) => host),
      data: all("data").map(({ host, value }) => `${host}:${value}`),
    });
  }

  claim(owner: string): Promise<void> {
    const programs = vmPrograms(this.settings);
    // The files hold the former CA and passwords and would be used before an update writes new
    // ones.
    this.onEach((host) => [
      "[ -e /var/lib/hapg/owner ] || exit 0",
      ...servicesOn(host, this.settings).flatMap(({ name, kind }) =>
        removalSteps(name, programs[kind].unit),
      ),
      shellCommand(["claim", this.settings.clusterName, owner]),
    ]);
    return Promise.resolve();
  }

  /**
   * Runs shell commands in parallel on every host that is not away.
   * @throws {Error} with every host where they failed
   */
  private onEach(stepsFor: (host: VmHost) => string[]): { host: string; output: string }[] {
    const { keys } = findHostKeys(this.settings);
    const hosts = vmHosts(this.settings).filter(({ away }) => !away);
    const endings = onHosts(hosts, this.settings, keys, (host) =>
      rootScript(host.name, scripts("files.sh", "service.sh", "takeover.sh"), stepsFor(host)),
    );
    const problems = hosts.flatMap((host, i) => {
      const ending = endings[i];
      return ending === undefined ? [] : (whyUnreachable(host, this.settings, ending) ?? []);
    });
    if (problems.length > 0)
      throw new Error(problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
    return hosts.map(({ name }, i) => ({ host: name, output: endings[i]?.output ?? "" }));
  }
}
