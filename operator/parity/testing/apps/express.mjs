// An Express service with the usual middleware for Prometheus.
import express from "express";
import bundle from "express-prom-bundle";

const app = express();
app.use(bundle({ includeMethod: true, includePath: true, includeStatusCode: true }));
app.get("/items", (_request, response) => void response.json([]));
app.get("/orders", (_request, response) => void response.json([]));
app.post("/orders", (_request, response) => void response.status(201).json({}));
app.get("/broken", (_request, response) => void response.status(500).json({}));
const server = app.listen(0, "127.0.0.1", () => console.log(`READY ${server.address().port}`));
