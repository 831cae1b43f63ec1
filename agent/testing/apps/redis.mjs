// A service on Redis through node-redis; which version of it is an argument of the environment.
import http from "node:http";

const { createClient } = await import(process.env.REDIS_PACKAGE);
const client = createClient({ url: `redis://127.0.0.1:${process.env.REDIS_PORT}/2` });
client.on("error", () => {});
await client.connect();
const said = (error) => error.constructor.name;

const routes = {
  "/commands": async () => {
    await client.set("k", "v");
    return [await client.get("k"), await client.sendCommand(["EXISTS", "k"])];
  },
  "/multi": () => client.multi().set("n", 1).incr("n").exec(),
  "/pipeline": () => client.multi().get("n").get("missing").execAsPipeline(),
  "/error": () => client.incr("k").catch(said),
  "/unhandled": async () => {
    const reason = new Promise((resolve) => process.once("unhandledRejection", resolve));
    void client.incr("k");
    return said(await reason);
  },
};

const server = http.createServer(async (request, response) => {
  response.end(JSON.stringify(await routes[request.url]?.()));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`READY ${server.address().port}\n`));
process.on("SIGTERM", async () => {
  server.close();
  await (client.close ?? client.quit).call(client);
});
