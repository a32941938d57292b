import type { AlertGroup } from "./alert";

/** What clients of HAProxy find. */
export const routing: AlertGroup = (cluster) => {
  const { saturationPercent } = cluster.settings.monitoring;
  const primaries = cluster.each("haproxy_backend_active_servers", 'proxy="primary"');
  const share = (used: string, limit: string) =>
    `max by (service) (${cluster.series(used)} / ${cluster.series(limit)}) ` +
    `> ${saturationPercent / 100}`;
  return [
    {
      name: "HaproxyWithoutPrimary",
      severity: "critical",
      forSeconds: 20,
      expression: `${primaries} == 0`,
      summary: "{{ $labels.service }} has no server for writes",
      description: "New connections to the write port are refused.",
      runbook: "runbook.md#router-without-primary",
    },
    {
      name: "HaproxyTwoPrimaries",
      severity: "critical",
      forSeconds: 10,
      expression: `${primaries} > 1`,
      summary: "{{ $labels.service }} sees two primaries",
      description: "It routes no writes until there is one.",
      runbook: "runbook.md#router-two-primaries",
    },
    {
      name: "HaproxySaturated",
      severity: "warning",
      forSeconds: 120,
      expression:
        `${share("haproxy_frontend_current_sessions", "haproxy_frontend_limit_sessions")} or ` +
        share("haproxy_process_current_connections", "haproxy_process_max_connections"),
      summary: `{{ $labels.service }} uses more than ${saturationPercent} % of its sessions`,
      description: "At the limit, new clients wait.",
      runbook: "runbook.md#router-saturated",
    },
    {
      name: "HaproxyClientsWait",
      severity: "warning",
      forSeconds: 60,
      expression: `max by (service, proxy) (${cluster.series("haproxy_backend_current_queue")}) > 0`,
      summary: "Clients of {{ $labels.service }} wait for a session of {{ $labels.proxy }}",
      description: "A member has as many sessions as it takes.",
      runbook: "runbook.md#router-waiting",
    },
  ];
};
