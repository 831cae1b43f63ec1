/** `parity suggest`: a parity map to check by hand, from what the old and the new metrics are called. */
import { run } from "@flashcard-otel/operator/parity/propose.ts";
import type { Handler, Request } from "../command.ts";
import { misuse } from "../trouble.ts";

const place = ({ text }: Request, option: "legacy" | "otel"): string => {
  const given = text(option);
  if (given !== undefined) return given;
  throw misuse({
    what: `--${option} is missing`,
    why: "a proposal compares the old metrics with the new ones",
    todo: "flashcard-otel parity suggest --legacy URL|FILE --otel URL|FILE",
  });
};

export const suggest: Handler = (request, io) =>
  run(["--legacy", place(request, "legacy"), "--otel", place(request, "otel")], io);
