import { PostgresCluster } from "./components/postgresCluster";
import { stackSettings } from "./components/stackSettings";

// Not asynchronous: an error thrown here is shown at once, in an async program after 20 seconds.
const cluster = new PostgresCluster("cluster", stackSettings());

export = cluster.stackOutputs();
