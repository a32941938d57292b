import { writeFileSync } from "node:fs";
import { settingsReference } from "../configs/settings/reference";

/** `npm run docs`: writes the pages that are generated from the program. */
writeFileSync("docs/settings.md", settingsReference());
