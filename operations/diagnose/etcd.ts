import { namesOf } from "../../configs/cluster/plan";
import { bytes } from "../units";
import { type Check, finding } from "./finding";
import { lastWords, withLog } from "./logged";
import { isAnyStopped, nextFor } from "./stopped";

/**
 * A database file is worth defragmenting from this size, if less than this share of it is in use.
 */
const [fragmentedBytes, usedShare] = [128 * 1024 ** 2, 0.5];

/** Checks that etcd has a quorum of voting members that accept writes. */
export const etcd: Check = ({ look, settings, run }) => {
  const answering = look.etcd.filter(({ facts }) => facts !== undefined);
  const healthy = answering.filter(({ facts }) => facts?.health.value === true);
  const planned = namesOf("etcd", settings);
  const counted = healthy.flatMap(({ facts }) => facts?.members.value ?? []);
  const former = [...new Set(counted.map(({ name }) => name))].filter(
    (name) => name !== "" && !planned.includes(name),
  );
  return [
    ...(healthy.length === 0
      ? [
          finding(
            "etcd-no-quorum",
            "etcd",
            look.etcd
              .map(
                ({ name, facts, silence }) =>
                  `${name}: ${silence ?? lastLine(facts.health.problem)}`,
              )
              .join("; "),
            isAnyStopped(look.etcd) ? run("start") : run("rebuild-etcd"),
          ),
        ]
      : []),
    ...look.etcd.flatMap((one) => {
      const { name, facts, silence } = one;
      if (facts === undefined) {
        const evidence = withLog(silence, lastWords(look, name));
        return [finding("etcd-unreachable", name, evidence, nextFor(one, { run }))];
      }
      const { waiting, alarms, status, members } = facts;
      const { databaseBytes = 0, databaseBytesInUse = 0 } = status.value ?? {};
      const isLearner = members.value?.some((one) => one.name === name && one.isLearner) ?? false;
      return [
        ...((waiting.value ?? "") === ""
          ? []
          : [finding("etcd-waiting", name, waiting.value ?? "", run("logs", name))]),
        ...(isLearner
          ? [finding("etcd-without-vote", name, "etcd lists it as a learner", run("logs", name))]
          : []),
        ...(databaseBytes > fragmentedBytes && databaseBytesInUse < databaseBytes * usedShare
          ? [
              finding(
                "etcd-fragmented",
                name,
                `${bytes(databaseBytesInUse)} of ${bytes(databaseBytes)} in use`,
                run("exec", name, "--", "/etc/etcd/ctl", "defrag"),
              ),
            ]
          : []),
        ...(alarms.value ?? []).map((alarm) =>
          finding(
            "etcd-alarm",
            name,
            alarm,
            run("exec", name, "--", "/etc/etcd/ctl", "alarm", "disarm"),
          ),
        ),
      ];
    }),
    ...former.map((name) =>
      finding("etcd-former-member", name, "etcd lists it as a member", "npm run up"),
    ),
  ];
};

const lastLine = (text = "no answer") => text.trim().split("\n").at(-1) ?? text;
