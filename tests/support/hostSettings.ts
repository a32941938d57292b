import type { Settings } from "../../configs/settings/schema";
import { threeHosts, vmSettingsOf } from "./models";
import type { TestHosts } from "../../lab/hosts/testHosts";

/** Settings of a cluster on the hosts that {@link threeHosts} names, which have been started. */
export const settingsOn = (hosts: TestHosts): Settings =>
  vmSettingsOf({
    vm: {
      ssh: { user: "deploy", privateKeyFile: hosts.access.privateKeyFile },
      hosts: Object.fromEntries(
        Object.entries(threeHosts).map(([name, { services }]) => {
          const { address, hostKey } = hosts.host(name);
          return [name, { address, hostKey, services }];
        }),
      ),
    },
  });
