import { z } from "zod";
import { rotation, wholeNumber } from "./values";

const untilNext = ". The former one stays valid until the next change, so that clients can switch";

/** When the cluster's own passwords and certificates change. */
export const credentialsSettings = z
  .strictObject({
    superuser: rotation("the password of the superuser"),
    replication: rotation("the password that standbys stream with"),
    rewind: rotation("the password that pg_rewind reads from the primary with"),
    restApi: rotation("the password for requests to Patroni's REST API that change something"),
    poolLookup: rotation("the password that PgBouncer looks up other roles' passwords with"),
    administrator: rotation("the password of the administrator role", untilNext),
    monitor: rotation("the password of the monitor role", untilNext),
    vrrp: rotation("the password that the Keepalived instances share"),
    etcd: rotation("the password that members log in to etcd with"),
    stats: rotation("the password of HAProxy's statistics page and metrics"),
    certificates: rotation("the keys and certificates of all services"),
    authority: wholeNumber(0, 1000000)
      .default(0)
      .describe(
        "Steps of a change of the CA, one per `up`: an odd step makes all services trust a " +
          "new CA, an even step makes the new CA sign.",
      ),
  })
  .prefault({})
  .describe(
    "The cluster's own passwords and certificates. For the passwords of roles, see " +
      "`roles.NAME.rotation`.",
  );
