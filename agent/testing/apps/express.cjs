// Routers in routers, and an application in an application; which Express is an argument of the environment.
const express = require(process.env.EXPRESS_PACKAGE);

const app = express();
const users = express.Router();
const orders = express.Router({ mergeParams: true });
const admin = express();
const shared = express.Router();
const answer = (request, response) => response.json({ url: request.originalUrl });

app.use((_, __, next) => setImmediate(() => next()));
app.get("/", answer);
app.get("/plain", answer);
app.get("/items/:id", answer);
app.get(["/one", "/two"], answer);
app.route("/routed/:id").post(answer);
orders.get("/", answer);
orders.get("/:order", answer);
users.get("/:user", answer);
users.use("/:user/orders", orders);
app.use("/users", users);
admin.get("/stats", answer);
app.use("/admin", admin);
shared.get("/end", answer);
app.use("/first/:x", shared);
app.use("/second", shared);
app.get("/fails", () => {
  throw new Error("planned");
});
app.use((_, response) => response.status(404).json({}));
// oxlint-disable-next-line max-params -- Express knows error handlers by it.
app.use((_, __, response, ___) => response.status(500).json({}));

const server = app.listen(0, "127.0.0.1", () =>
  process.stdout.write(`READY ${server.address().port}\n`),
);
process.on("SIGTERM", () => server.close());
