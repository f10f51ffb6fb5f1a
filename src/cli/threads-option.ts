/** Option --threads of the commands that run a description. @module */
import { z } from "zod";

export const threadsOption = z
  .string()
  .regex(/^(auto|[1-9]\d*)$/, 'expected a number of threads or "auto"')
  .default("auto")
  .transform((text) => (text === "auto" ? text : Number(text)))
  .meta({ placeholder: "N|auto", description: "threads (changes no bit; default: as many as make the run faster)" });
