/** Objects in the formats that kubectl has. */
import type { Format } from "../command.ts";
import type { Io } from "../io.ts";

/** Prints the value as JSON or YAML; false for a format that is neither. */
export const emit = async (
  value: unknown,
  format: Format | undefined,
  io: Pick<Io, "print">,
): Promise<boolean> => {
  if (format === "json") io.print(`${JSON.stringify(value, undefined, 2)}\n`);
  else if (format === "yaml") io.print(await yaml(value));
  else return false;
  return true;
};

export const yaml = async (value: unknown): Promise<string> => {
  const { stringify } = await import("yaml");
  // kubectl and helm read YAML 1.1, where a bare `off` is a boolean.
  return stringify(value, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false });
};
