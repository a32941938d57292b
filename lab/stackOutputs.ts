import type { ConnectionStrings, OperatorStrings } from "../configs/cluster/connectionStrings";
import type { DriverStrings } from "../configs/cluster/driverStrings";

/** Stack outputs that tests read. */
export interface Outputs {
  connectionStrings: Record<string, ConnectionStrings>;
  /** By database. */
  driverConnectionStrings: Record<string, DriverStrings>;
  /** By role, then by database. */
  roleConnectionStrings: Record<string, Record<string, ConnectionStrings>>;
  /** By database. */
  administratorConnectionStrings: Record<string, OperatorStrings>;
  monitorConnectionStrings: Record<string, OperatorStrings>;
  /** `user:password` of HAProxy's page and metrics. */
  statsLogin: string;
  /** `user:password` for unsafe calls of Patroni's REST API. */
  restApiLogin: string;
  caCertificate: string;
  restApiUrl: string;
  statsUrl: string;
  metricsUrl: string;
}
