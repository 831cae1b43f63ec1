/** A MicroTime of the API: Kubernetes wants microseconds there and takes nothing else. */
export const microTime = (date: Date): string => date.toISOString().replace("Z", "000Z");
