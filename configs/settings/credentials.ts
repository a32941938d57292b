import { z } from "zod";
import { rotation } from "./values";

const untilNext = "; the former one stays valid until the next, so that clients can change over";

/** When the passwords change that the cluster itself uses. */
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
  })
  .prefault({})
  .describe("The cluster's own passwords. Those of roles are changed by roles.NAME.rotation.");
