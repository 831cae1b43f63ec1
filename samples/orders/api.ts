/** Takes orders: what is in stock is packed at once, the rest is kept for later. */
import { type Service, serve, settingsFrom } from "./service.ts";
import { packing } from "./packing.ts";
import type { Outcome } from "./metrics.ts";

interface Order {
  sku: string;
  quantity: number;
}

const orderIn = (body: unknown): Order | undefined => {
  const { sku, quantity } = (body ?? {}) as Partial<Order>;
  return typeof sku === "string" && Number.isInteger(quantity) && Number(quantity) > 0
    ? { sku, quantity: Number(quantity) }
    : undefined;
};

const STATUS: Record<Outcome, number> = { accepted: 201, backordered: 202 };

const reserve = async ({ database }: Service, { sku, quantity }: Order): Promise<Outcome> => {
  const taken = await database.run(
    { operation: "UPDATE", table: "products" },
    "UPDATE products SET stock = stock - $2 WHERE sku = $1 AND stock >= $2 RETURNING sku",
    [sku, quantity],
  );
  return taken.length > 0 ? "accepted" : "backordered";
};

const write = async (
  { database }: Service,
  { sku, quantity }: Order,
  outcome: Outcome,
): Promise<string> => {
  const [row] = await database.run<{ id: string }>(
    { operation: "INSERT", table: "orders" },
    "INSERT INTO orders (sku, quantity, state) VALUES ($1, $2, $3) RETURNING id",
    [sku, quantity, outcome],
  );
  return row?.id ?? "";
};

const place = async (service: Service, order: Order, pack: (id: string) => Promise<void>) => {
  const { metrics, log } = service;
  metrics.open(1);
  try {
    const outcome = await reserve(service, order);
    const id = await write(service, order, outcome);
    if (outcome === "accepted") await pack(id);
    metrics.placed(outcome);
    log("info", "order placed", { order: id, outcome });
    return { id, outcome };
  } finally {
    metrics.open(-1);
  }
};

const routes =
  (pack: (id: string) => Promise<void>) =>
  (service: Service): void => {
    const { app, database } = service;
    app.post("/orders", async (request, response) => {
      const order = orderIn(request.body);
      if (!order) {
        response.status(400).json({ error: "an order has a sku and a quantity from 1 on" });
        return;
      }
      const placed = await place(service, order, pack);
      response.status(STATUS[placed.outcome]).json(placed);
    });
    app.get("/orders/:id", async (request, response) => {
      const [order] = await database.run(
        { operation: "SELECT", table: "orders" },
        "SELECT o.id, o.state, p.packed FROM orders o LEFT JOIN parcels p ON p.parcel = 'order-' || o.id WHERE o.id = $1",
        [request.params.id],
      );
      response.status(order ? 200 : 404).json(order ?? { error: "no such order" });
    });
    app.get("/products", async (_, response) => {
      response.json(
        await database.run(
          { operation: "SELECT", table: "products" },
          "SELECT sku, cents, stock FROM products ORDER BY sku",
          [],
        ),
      );
    });
  };

const packer = process.env["PACKER_URL"] ?? "http://packer:8080";
await serve("orders", settingsFrom(process.env), routes(packing(packer)));
