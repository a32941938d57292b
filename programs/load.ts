import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The text of a program that runs beside a service: a file of this folder. */
export const programText = (file: string): string => readFileSync(join(__dirname, file), "utf8");
