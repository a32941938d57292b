import { activity, locks } from "./activity";
import { completion } from "./completion";
import { connect } from "./connect";
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
import { reload } from "./reload";
import { restart } from "./restart";
import { sbom } from "./sbom";
import { status } from "./status";
import { switchover } from "./switchover";
import { topology } from "./topology";
import { up } from "./up";

/** Every command. */
export const commands = [
  up,
  down,
  pulumi,
  status,
  topology,
  diagnose,
  events,
  logs,
  psql,
  exec,
  connect,
  activity,
  locks,
  switchover,
  failover,
  restart,
  reload,
  reinit,
  pause,
  resume,
  rebuildEtcd,
  sbom,
  completion,
];
