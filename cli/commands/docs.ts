import { writeFileSync } from "node:fs";
import { settingsReference } from "../../configs/settings/reference";

/** `npm run docs`: writes the pages that are made from the program itself. */
writeFileSync("docs/settings.md", settingsReference());
