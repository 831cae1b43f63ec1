/** Whether anything is recorded at all. */

/** Nothing is: this item of a trial is off, or the agent has stepped back. */
export let silent = false;
/** Nothing about single requests is: silent, or none of those under way is looked at. Every hook looks here first and returns at once. */
export let muted = false;

let asked = false;
let quiet = false;
let steppedBack = false;

function settle(): void {
  silent = asked || steppedBack;
  muted = silent || quiet;
}

/** The trial's mark. */
export function mute(value: boolean): void {
  asked = value;
  settle();
}

/** No request under way is looked at. */
export function quieten(value: boolean): void {
  quiet = value;
  settle();
}

/** For good: another tracer is here, or our own code failed too often. */
export function stepBack(): void {
  steppedBack = true;
  settle();
}
