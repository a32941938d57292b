import type { Scenario } from "../scenario";
import { etcdScenarios } from "./etcd";
import { machineScenarios } from "./machine";
import { plannedScenarios } from "./planned";
import { primaryScenarios } from "./primary";
import { proxyScenarios } from "./proxies";
import { standbyScenarios } from "./standby";
import { storageScenarios } from "./storage";
import { synchronousScenarios } from "./synchronous";

/** Every scenario, in the order of the requirements. */
export const scenarios: Scenario[] = [
  ...standbyScenarios,
  ...primaryScenarios,
  ...etcdScenarios,
  ...machineScenarios,
  ...synchronousScenarios,
  ...proxyScenarios,
  ...storageScenarios,
  ...plannedScenarios,
];
