/** What other Pulumi programs use: the package `hapg`. */
export { PostgresCluster, type PostgresClusterArgs } from "./postgresCluster";
export { PostgresClusterReference } from "./clusterReference";
export type { Endpoints, RoleConnections } from "./connections";
export type {
  ClientAddress,
  ConnectionStrings,
  OperatorStrings,
} from "../configs/cluster/connectionStrings";
export type { DriverStrings } from "../configs/cluster/driverStrings";
