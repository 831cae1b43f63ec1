/** Lengths of time in words. Pure. */

/** `45s`, `3m20s`, `2h05m`, `4d3h`, as kubectl spells ages. */
export const span = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 10) return `${minutes}m${whole % 60 === 0 ? "" : `${whole % 60}s`}`;
  if (minutes < 120) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}h${minutes % 60 === 0 ? "" : `${minutes % 60}m`}`;
  return `${Math.floor(hours / 24)}d${hours % 24 === 0 ? "" : `${hours % 24}h`}`;
};

/** Rounded up: nobody is glad of a minute that was promised and not kept. */
export const minutes = (seconds: number): string => {
  const whole = Math.max(1, Math.ceil(seconds / 60));
  return `${whole} min`;
};

export const secondsBetween = (from: string | undefined, to: Date): number | undefined =>
  from === undefined ? undefined : (to.getTime() - Date.parse(from)) / 1000;
