import type { AlertGroup } from "./alert";

/** What clients of the cluster see, by a probe that does what they do. */
export const probing: AlertGroup = (cluster) => {
  const { probe, outageSeconds } = cluster.settings.monitoring;
  if (!probe) return [];
  const age = (matcher: string) =>
    `max by (service, endpoint) (${cluster.series("hapg_probe_success_age_seconds", matcher)})`;
  return [
    {
      name: "ProbeWriteOutage",
      severity: "critical",
      forSeconds: 0,
      expression: `${age('endpoint=~"write|pool"')} > ${outageSeconds}`,
      summary: `No write through {{ $labels.service }} ({{ $labels.endpoint }}) for ${outageSeconds} s`,
      description: "A probe beside it cannot commit, and neither can clients.",
      runbook: "monitoring.md#the-probe-sees-an-outage",
    },
    {
      name: "ProbeReadOutage",
      severity: "critical",
      forSeconds: 0,
      expression: `${age('endpoint="read"')} > ${outageSeconds}`,
      summary: `No read through {{ $labels.service }} for ${outageSeconds} s`,
      description: "A probe beside it finds neither a standby nor the primary.",
      runbook: "monitoring.md#the-probe-sees-an-outage",
    },
    {
      name: "ProbeDown",
      severity: "warning",
      forSeconds: 60,
      // If its HAProxy is down, another alert says so.
      expression:
        `${cluster.answers("probe")} == 0 ` + `and on (service) ${cluster.answers("haproxy")} == 1`,
      summary: "The probe beside {{ $labels.service }} does not answer",
      description: "Outages that clients see there raise no alert.",
      runbook: "monitoring.md#an-exporter-has-no-metrics",
    },
  ];
};
