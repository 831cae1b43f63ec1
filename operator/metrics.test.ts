import { expect, test } from "@jest/globals";
import { openMetrics } from "./metrics.ts";

test("counts by outcome and reads gauges when it is asked", async () => {
  const metrics = openMetrics();
  let leads = 0;
  metrics.gauge("leader", () => leads);
  metrics.look("looked", 0.2);
  metrics.call({ method: "GET", status: 200, seconds: 0.01 });
  metrics.admission("injected");
  metrics.watchReplaced("Pod");
  leads = 1;
  const { body } = await metrics.text();
  expect(body).toContain('flashcard_otel_look_seconds_count{outcome="looked"} 1');
  expect(body).toContain('flashcard_otel_api_call_seconds_count{method="GET",status="200"} 1');
  expect(body).toContain('flashcard_otel_admissions_total{outcome="injected"} 1');
  expect(body).toContain('flashcard_otel_watches_replaced_total{kind="Pod"} 1');
  expect(body).toContain("flashcard_otel_leader 1");
});
