import type { Settings } from "../settings/schema";
import { renderRules } from "./rules";
import { filesOf, renderScrape } from "./scrape";

/** What Prometheus proves itself with, and verifies the cluster by. */
export interface MonitoringAccess {
  /** User and password of HAProxy's page and metrics, as the output `statsLogin` has them. */
  login: string;
  /** PEM. */
  ca: string;
}

/** A file for Prometheus. */
export interface MonitoringFile {
  name: string;
  content: string;
  mode: number;
}

/** First line of the files that a person might want to change. */
const header =
  "# Written by `hapg monitoring export`, which replaces it. Change settings of the stack file " +
  "instead.\n";

/** The files for Prometheus. Only the one with the password is secret. */
export function monitoringFiles(settings: Settings, access: MonitoringAccess): MonitoringFile[] {
  const { scrape, rules, ca, password } = filesOf(settings);
  return [
    { name: scrape, content: header + renderScrape(settings), mode: 0o644 },
    { name: rules, content: header + renderRules(settings), mode: 0o644 },
    { name: ca, content: access.ca, mode: 0o644 },
    { name: password, content: access.login.replace(/^[^:]*:/, ""), mode: 0o600 },
  ];
}
