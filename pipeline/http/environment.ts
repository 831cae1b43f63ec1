/** Reads settings out of an environment that main passes; a wrong one ends the start with a sentence. */
export interface Environment {
  text: (name: string, fallback?: string) => string;
  number: (name: string, fallback: number) => number;
  legacyOn: () => boolean;
}

export const environment = (variables: Record<string, string | undefined>): Environment => {
  const text = (name: string, fallback?: string): string => {
    const value = variables[name] ?? fallback;
    if (value === undefined) throw new Error(`environment variable ${name} must be set`);
    return value;
  };
  const number = (name: string, fallback: number): number => {
    const value = Number(text(name, String(fallback)));
    if (!Number.isFinite(value)) throw new Error(`environment variable ${name} must be a number`);
    return value;
  };
  return { text, number, legacyOn: () => text("LEGACY_MONITORING", "on") !== "off" };
};
