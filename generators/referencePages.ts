import { writeFileSync } from "node:fs";
import { alertsReference } from "../configs/monitoring/reference";
import { settingsReference } from "../configs/settings/reference";
import { packageReference } from "./packageReference";

/** `npm run docs`: writes the pages that are generated from the program. */
writeFileSync("docs/settings.md", settingsReference());
writeFileSync("docs/reference/alerts.md", alertsReference());
writeFileSync("docs/reference/package.md", packageReference());
