/** Reads just enough of an HTTP/1.1 response to know how it went and where it ends. Its body is never kept. */

export interface Answer {
  status: number;
  retryAfterSeconds: number;
  /** False when the end of the body cannot be told, or the peer said so. */
  reusable: boolean;
}

export type Progress = Answer | "more" | "garbage";

const HEAD_LIMIT = 16384;
const BODY_LIMIT = 1 << 20;
const END = "\r\n\r\n";

export class ResponseReader {
  private head = "";
  private rest = -1;
  private answer: Answer | null = null;

  read(chunk: Buffer): Progress {
    if (this.answer !== null) return this.body(chunk.length);
    const before = this.head.length;
    this.head += chunk.toString("latin1", 0, Math.min(chunk.length, HEAD_LIMIT));
    const end = this.head.indexOf(END);
    if (end < 0)
      return this.head.length >= HEAD_LIMIT || !startsLikeHttp(this.head) ? "garbage" : "more";
    const answer = parseHead(this.head.slice(0, end));
    if (answer === null) return "garbage";
    this.answer = answer.answer;
    this.rest = answer.length;
    return this.body(chunk.length - (end + END.length - before));
  }

  private body(received: number): Progress {
    const answer = this.answer;
    if (answer === null) return "garbage";
    this.rest -= received;
    if (answer.reusable && this.rest > 0) return "more";
    this.answer = null;
    this.head = "";
    // More than was announced: whatever this is, it is not the answer to our next request.
    return this.rest < 0 ? { ...answer, reusable: false } : answer;
  }
}

const startsLikeHttp = (head: string): boolean => "HTTP/1.".startsWith(head.slice(0, 7));

function parseHead(head: string): { answer: Answer; length: number } | null {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status === undefined) return null;
  const length = bodyLength(head, status);
  const closes = /close/i.test(header(head, "connection")) || head.startsWith("HTTP/1.0");
  const retryAfterSeconds = Number(header(head, "retry-after")) || 0;
  const reusable = length !== undefined && !closes;
  return { answer: { status: Number(status), retryAfterSeconds, reusable }, length: length ?? 0 };
}

/** Undefined where the end of the body cannot be told from the head. */
function bodyLength(head: string, status: string): number | undefined {
  if (status === "204" || status === "304") return 0;
  const text = header(head, "content-length");
  if (!/^\d+$/.test(text)) return undefined;
  return Number(text) <= BODY_LIMIT ? Number(text) : undefined;
}

const header = (head: string, name: string): string =>
  new RegExp(`^${name}:[ \\t]*([^\\r\\n]*)`, "im").exec(head)?.[1]?.trim() ?? "";
