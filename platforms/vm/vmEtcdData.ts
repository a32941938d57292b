import { etcdDataFacts } from "../../configs/etcd/dataFacts";
import { paths } from "../../configs/cluster/paths";
import { hostOf } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import { namesInReach } from "../../configs/cluster/plan";
import type { EtcdData } from "../etcdData";
import { type EtcdDisk, parseEtcdDisk } from "../etcdDisk";
import { programOf } from "./programs";
import { VmReach } from "./vmReach";

/** etcd's data on hosts. */
export class VmEtcdData implements EtcdData {
  constructor(private readonly settings: Settings) {}

  look(): Promise<EtcdDisk[]> {
    const services = namesInReach("etcd", this.settings);
    return Promise.all(
      services.map(async (service) =>
        parseEtcdDisk(service, await this.asRoot(service, etcdDataFacts)),
      ),
    );
  }

  async permitRebuild(service: string): Promise<void> {
    const { user, unit } = programOf(service, this.settings);
    const permit = `install -m 600 -o ${user} /dev/null ${paths.etcdRebuildPermission}`;
    // The update starts a stopped one.
    const restart = `systemctl try-restart ${unit}`;
    await this.asRoot(service, `set -eu\n${permit}\n${restart}\n`);
  }

  private async asRoot(service: string, script: string): Promise<string> {
    const host = hostOf(service, this.settings).name;
    const reach = new VmReach(this.settings);
    try {
      const { status, output } = await reach.asRoot(host, script);
      if (status !== 0) throw new Error(`vm.hosts.${host}: ${output.trim()}`);
      return output;
    } finally {
      await reach.close();
    }
  }
}
