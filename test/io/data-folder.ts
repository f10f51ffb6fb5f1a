/** The folder of reference data, when this machine has it: WBE_DATA, or ../shared/data beside the repository. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const candidate = process.env.WBE_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

export const dataFolder: string | undefined = existsSync(candidate) ? candidate : undefined;
