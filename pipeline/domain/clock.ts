/** Time as a dependency: main passes the real one. */
export interface Clock {
  now: () => Date;
  /** Seconds on a clock that never jumps; only differences mean something. */
  seconds: () => number;
  sleep: (milliseconds: number) => Promise<void>;
}
