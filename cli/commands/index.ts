import { adopt } from "./adopt";
import { activity, locks } from "./activity";
import { backup } from "./backup";
import { completion } from "./completion";
import { connect } from "./connect";
import { diagnose } from "./diagnose";
import { down } from "./down";
import { drain } from "./drain";
import { dump } from "./dump";
import { editConfig } from "./editConfig";
import { events } from "./events";
import { exec } from "./exec";
import { failover } from "./failover";
import { flush } from "./flush";
import { logs } from "./logs";
import { monitoring } from "./monitoring";
import { pause, resume } from "./pause";
import { plan } from "./plan";
import { pool } from "./pool";
import { psql } from "./psql";
import { pulumi } from "./pulumi";
import { rebuildEtcd } from "./rebuildEtcd";
import { reinit } from "./reinit";
import { reload } from "./reload";
import { remove } from "./remove";
import { restart } from "./restart";
import { restore } from "./restore";
import { sbom } from "./sbom";
import { start } from "./start";
import { status } from "./status";
import { stop } from "./stop";
import { switchover } from "./switchover";
import { topology } from "./topology";
import { unlock } from "./unlock";
import { up } from "./up";
import { updates } from "./updates";

/** Every command. */
export const commands = [
  up,
  down,
  pulumi,
  plan,
  status,
  topology,
  diagnose,
  events,
  logs,
  psql,
  exec,
  connect,
  updates,
  dump,
  backup,
  monitoring,
  restore,
  activity,
  locks,
  switchover,
  failover,
  restart,
  reload,
  reinit,
  drain,
  stop,
  start,
  pause,
  resume,
  editConfig,
  flush,
  remove,
  pool,
  rebuildEtcd,
  adopt,
  unlock,
  sbom,
  completion,
];
