import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { undocumented } from "./testing/documented.ts";
import { startService, type Service } from "./testing/service.ts";

describe.each(["express", "express4"])("a service on %s", (name) => {
  let service: Service;

  beforeAll(async () => {
    service = await startService("express.cjs", { EXPRESS_PACKAGE: name });
  }, 60_000);

  afterAll(() => service.stop());

  test.each([
    ["/", "/"],
    ["/plain", "/plain"],
    ["/items/7?secret=1", "/items/:id"],
    ["/two", "/one,/two"],
    ["/users/3", "/users/:user"],
    ["/users/3/orders", "/users/:user/orders"],
    ["/users/3/orders/9", "/users/:user/orders/:order"],
    ["/admin/stats", "/admin/stats"],
    ["/first/1/end", "/first/:x/end"],
    ["/second/end", "/second/end"],
  ])("%s is of route %s", async (path, route) => {
    const { answer, server } = await service.call(path, 1);
    expect(answer).toEqual({ url: path });
    expect(server).toMatchObject({
      name: `GET ${route}`,
      attributes: { "http.route": route, "http.response.status_code": 200 },
    });
  });

  test("a route is told whatever its method, and an error keeps it", async () => {
    const { server } = await service.call("/routed/5", 1, { method: "POST" });
    expect(server.name).toBe("POST /routed/:id");
    const { server: failed } = await service.call("/fails", 1);
    expect(failed).toMatchObject({ name: "GET /fails", status: 2 });
  });

  test("a path without a route has none", async () => {
    const { server } = await service.call("/nowhere", 1, { method: "DELETE" });
    expect(server).toMatchObject({ name: "DELETE", status: 0 });
    expect(server.attributes).not.toHaveProperty(["http.route"]);
  });

  test("nothing arrives that is not documented", () => {
    expect(undocumented(service.sink)).toEqual([]);
  });

  test("nothing is written to stderr", () => {
    expect(service.app.err()).not.toContain("flashcard-otel");
  });
});
