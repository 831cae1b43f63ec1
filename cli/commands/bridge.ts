/** `parity bridge`: recording rules that join old and new series, from the parity map on standard input. */
import { bridgeRules } from "@flashcard-otel/operator/parity/bridge.ts";
import { mapIn } from "@flashcard-otel/operator/parity/map.ts";
import { stringify } from "yaml";
import type { Handler } from "../command.ts";
import { EXIT, misuse, Trouble } from "../trouble.ts";

const EXAMPLE = "flashcard-otel parity bridge < parity.yaml > bridge.yaml";

export const bridge: Handler = async (_request, io) => {
  const text = await io.input();
  if (text === undefined)
    throw misuse({ what: "there is no map", why: "it is read from standard input", todo: EXAMPLE });
  const map = mapIn(text);
  if ("reason" in map)
    throw new Trouble({
      what: map.message,
      why: "a bridge is made of the rows of a parity map",
      todo: "correct the map: docs/parity.md says what a row holds",
    });
  const groups = [{ name: "bridge", rules: bridgeRules(map.rows) }];
  io.print(stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false }));
  return EXIT.done;
};
