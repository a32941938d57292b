import { z } from "zod";
import { rotation, whole } from "./values";

const untilNext = "; the former one stays valid until the next, so that clients can change over";

/** When the passwords and certificates change that the cluster itself uses. */
export const credentialsSettings = z
  .strictObject({
    superuser: rotation("the password of the superuser"),
    replication: rotation("the password with which standbys stream"),
    rewind: rotation("the password with which pg_rewind reads from the leader"),
    restApi: rotation("the password for unsafe calls of Patroni's REST API"),
    poolLookup: rotation("the password with which PgBouncer looks up those of others"),
    administrator: rotation("the password of the role administrator", untilNext),
    monitor: rotation("the password of the role monitor", untilNext),
    vrrp: rotation("the password that Keepalived's routers share"),
    etcd: rotation("the password with which members reach etcd"),
    stats: rotation("the password of HAProxy's page and metrics"),
    certificates: rotation("every service's key and certificate"),
    authority: whole(0, 1000000)
      .default(0)
      .describe(
        "Steps of the change to another CA, one in an `up`: an odd step has all trust a new one, an even one has it sign.",
      ),
  })
  .prefault({})
  .describe(
    "The cluster's own passwords and certificates. The passwords of roles are changed by roles.NAME.rotation.",
  );
