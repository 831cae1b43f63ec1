/** A failure whose message already says what, where and what to do: shown without a stack. */
export class Trouble extends Error {
  override name = "Trouble";
}
