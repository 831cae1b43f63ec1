/** The way of one answer from the API server to the operator. It may be long: a watch ends when somebody ends it. */
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Flow {
  cut: () => void;
  /** Nothing more gets through, and nobody is told. */
  silence: () => void;
  /** Of the body, so far. */
  bytes: () => number;
  closed: Promise<void>;
}

/** Open before the answer begins: the API server says nothing at all about a watch before there is something to tell. */
export interface Conduit extends Flow {
  /** Whoever asked has gone; the API server must hear of it. */
  left: AbortSignal;
  carry: (answered: IncomingMessage) => void;
}

export const conduitTo = (outgoing: ServerResponse): Conduit => {
  const leaving = new AbortController();
  let [bytes, isSilent] = [0, false];
  const closed = new Promise<void>((resolve) => {
    outgoing.once("close", () => {
      leaving.abort();
      resolve();
    });
  });
  const begin = ({ statusCode = 502, headers }: IncomingMessage): void => {
    if (!outgoing.headersSent) outgoing.writeHead(statusCode, headers);
  };
  return {
    left: leaving.signal,
    closed,
    bytes: () => bytes,
    cut: () => outgoing.destroy(),
    silence: () => {
      isSilent = true;
    },
    carry: (answered) => {
      answered.on("error", () => outgoing.destroy());
      answered.on("data", (chunk: Buffer) => {
        if (isSilent) return;
        bytes += chunk.length;
        begin(answered);
        outgoing.write(chunk);
      });
      answered.on("end", () => {
        if (isSilent) return;
        begin(answered);
        outgoing.end();
      });
    },
  };
};
