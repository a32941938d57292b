import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { VmHost } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import { type HostKeys, privateKeyOf, sshAddressOf } from "./ssh";

type Connection = pulumi.Unwrap<command.types.input.remote.ConnectionArgs>;

/** How the command provider reaches a host. */
export function connectionTo(
  host: VmHost,
  settings: Settings,
  keys: HostKeys,
): pulumi.Input<command.types.input.remote.ConnectionArgs> {
  const { user, port, jumpHost } = settings.vm.ssh;
  const privateKey = privateKeyOf(settings);
  const end = (address: string, as: string, at: number): Connection => {
    const hostKey = keys(address, at);
    return {
      host: address,
      user: as,
      port: at,
      ...(hostKey === undefined ? {} : { hostKey }),
      ...(privateKey === undefined ? {} : { privateKey }),
      // A host that is away fails within seconds, so the update need not wait for minutes.
      dialErrorLimit: 3,
      perDialTimeout: 10,
    };
  };
  const connection = {
    ...end(sshAddressOf(host), user, port),
    ...(jumpHost === undefined
      ? {}
      : { proxy: end(jumpHost.address, jumpHost.user ?? user, jumpHost.port) }),
  };
  return privateKey === undefined ? connection : pulumi.secret(connection);
}
