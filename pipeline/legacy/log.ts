import { type Logger, pino, stdTimeFunctions } from "pino";

/** The fields a record may carry besides time, level, logger and msg. Never a word, a prompt or an answer. */
export interface Fields {
  event: string;
  batch_id?: string | undefined;
  item_position?: number | undefined;
  stage?: string | undefined;
  model?: string | undefined;
  duration_ms?: number | undefined;
  success?: boolean | undefined;
  error_type?: string | undefined;
  error_code?: string | undefined;
  attempt?: number | undefined;
}

export interface Log {
  info: (fields: Fields, message: string) => void;
  warn: (fields: Fields, message: string) => void;
  error: (fields: Fields, message: string) => void;
}

/** One JSON object per line on stdout. */
export const createLog = (logger: string, level: string): Logger =>
  pino({
    level,
    base: { logger },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
