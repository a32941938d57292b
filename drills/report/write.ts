import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DrillReport } from "../result";
import { reportPage } from "./html";

/** The path of a report. */
export interface WrittenReport {
  json: string;
  html: string;
}

/**
 * Writes the report as `drill.json`, for programs, and as `drill.html`, for people.
 * @param folder directory for them, which is created if it is missing
 * @throws {Error} if they cannot be written
 */
export function writeReport(report: DrillReport, folder = "reports"): WrittenReport {
  const [json, html] = [join(folder, "drill.json"), join(folder, "drill.html")];
  mkdirSync(folder, { recursive: true });
  writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(html, reportPage(report));
  return { json, html };
}
