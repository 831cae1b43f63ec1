/** A hundred thousand values that no attribute should have, each in a batch that must be read to its end all the same. */
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { metrics } from "@opentelemetry/api";
import { name, value, wellFormed } from "../../testing/garbage.ts";
import { officialMetrics, officialSpans } from "../../testing/official.ts";
import { root, takeRequest } from "../../testing/recorded.ts";
import { registerApi, unregisterApi } from "../api/register.ts";
import { meters } from "../metrics/registry.ts";
import { now } from "./clock.ts";
import { Details, entriesOf } from "./details.ts";
import { Writer } from "./protobuf.ts";
import { recordChild, recordSpan, withDetails } from "./ring.ts";
import { nextChild } from "./span.ts";
import { stats } from "./stats.ts";
import { CLIENT, register } from "./template.ts";
import { keep } from "./values.ts";

const SPANS = 2500;
const VALUES = 40;
const PATIENCE_MS = 240_000;

test(
  "every span arrives, with every value that is one",
  () => {
    const template = register({ name: "fuzzed", kind: CLIENT });
    const values = fc.array(value, { minLength: VALUES, maxLength: VALUES });
    fc.assert(
      fc.property(values, name, name, (given, key, spanName) => {
        const details = new Details();
        details.name = spanName;
        given.forEach((each, at) => details.set(`k${at}`, each));
        details.addEvent({ name: key, at: now(), attributes: entriesOf({ [key]: given[0] }) });
        withDetails(details);
        const span = root();
        recordSpan(template, span, now());
        recordChild(template, span, nextChild(span), now(), now());
        const spans = officialSpans(takeRequest());
        expect(spans).toHaveLength(2);
        const kept = given.filter((each) => keep(each) !== undefined).length;
        expect(Object.keys(spans[0]?.attributes ?? {})).toHaveLength(kept);
        expect(spans[1]).toMatchObject({ name: "fuzzed", parentSpanId: span.spanContext().spanId });
        expect(wellFormed(spans)).toBe(true);
      }),
      { numRuns: SPANS },
    );
    expect(stats).toMatchObject({ droppedSpans: 0, faults: 0 });
  },
  PATIENCE_MS,
);

test(
  "every number is counted, under whatever attributes",
  () => {
    registerApi();
    const counter = metrics.getMeter("fuzz").createCounter("fuzzed");
    fc.assert(
      fc.property(name, value, (key, given) => {
        counter.add(1, { [key]: given });
      }),
      { numRuns: SPANS },
    );
    const out = new Writer();
    out.message(1, () => meters.collect().forEach((scope) => out.blob(2, scope)));
    unregisterApi();
    const points = officialMetrics(out.take()).flatMap((metric) => metric.points);
    expect(points.reduce((sum, point) => sum + (point.value ?? 0), 0)).toBe(SPANS);
    expect(stats.faults).toBe(0);
  },
  PATIENCE_MS,
);
