import { diagnose } from "./diagnose";
import { down } from "./down";
import { events } from "./events";
import { exec } from "./exec";
import { failover } from "./failover";
import { logs } from "./logs";
import { pause, resume } from "./pause";
import { psql } from "./psql";
import { pulumi } from "./pulumi";
import { rebuildEtcd } from "./rebuildEtcd";
import { reinit } from "./reinit";
import { restart } from "./restart";
import { sbom } from "./sbom";
import { status } from "./status";
import { switchover } from "./switchover";
import { up } from "./up";

/** Every command. */
export const commands = [
  up,
  down,
  pulumi,
  status,
  diagnose,
  events,
  logs,
  psql,
  exec,
  switchover,
  failover,
  restart,
  reinit,
  pause,
  resume,
  rebuildEtcd,
  sbom,
];
