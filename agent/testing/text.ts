import * as fc from "fast-check";

/** Any code point, halves of surrogate pairs included: what fast-check calls "binary", which takes a second to set up. */
export const codePoint = fc
  .integer({ min: 0, max: 0x10ffff })
  .map((code) => String.fromCodePoint(code));
