/** `<reason>: <message>`: what the webhook, which has no rights, leaves on a pod that it did not inject. */

export interface Skipped {
  reason: string;
  message: string;
}

export const skippedValue = ({ reason, message }: Skipped): string => `${reason}: ${message}`;

/** Undefined where nothing was left. */
export const parseSkipped = (value: string | undefined): Skipped | undefined => {
  const [reason, ...rest] = (value ?? "").split(": ");
  return reason ? { reason, message: rest.join(": ") } : undefined;
};
