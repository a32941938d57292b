import type { AlertGroup } from "./alert";

/** What does not answer a scrape. */
export const scraping: AlertGroup = (cluster) => [
  {
    name: "PostgresUnseen",
    severity: "critical",
    forSeconds: 30,
    expression: `(max(${cluster.answers("haproxy")}) or vector(0)) == 0`,
    summary: "No HAProxy answers Prometheus",
    description:
      "Clients may not reach the primary, and no other alert of the cluster can be raised.",
    runbook: "runbook.md#router-unreachable",
  },
  {
    name: "HaproxyDown",
    severity: "warning",
    forSeconds: 60,
    expression: `${cluster.answers("haproxy")} == 0`,
    summary: "{{ $labels.service }} does not answer Prometheus",
    description: "Its container, its host or the network is down, or its password has changed.",
    runbook: "runbook.md#router-unreachable",
  },
  {
    name: "PatroniDown",
    severity: "warning",
    forSeconds: 60,
    expression: `${cluster.answers("patroni")} == 0 ${cluster.isSeen}`,
    summary: "Patroni of {{ $labels.service }} does not answer",
    description: "The member takes no part in failover.",
    runbook: "runbook.md#patroni-down",
  },
  {
    name: "EtcdDown",
    severity: "warning",
    forSeconds: 60,
    expression: `${cluster.answers("etcd")} == 0 ${cluster.isSeen}`,
    summary: "{{ $labels.service }} does not answer",
    description: "etcd may lose its quorum with the next member.",
    runbook: "runbook.md#etcd-unreachable",
  },
];
