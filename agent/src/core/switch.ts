/** Whether anything is recorded at all. */

/** Every hook looks here first and returns at once. Set by the trial's mark, or for good when the agent steps back. */
export let muted = false;
let steppedBack = false;

export function mute(value: boolean): void {
  muted = value || steppedBack;
}

/** For good: another tracer is here, or our own code failed too often. */
export function stepBack(): void {
  steppedBack = true;
  muted = true;
}
