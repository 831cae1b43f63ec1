/**
 * Required before the application, in both arms alike: a server that would listen on the port of --url listens on another one, so that
 * several processes of the same program can run side by side whatever they read their port from.
 */
const { Server } = require("node:net");

const [from, to] = (process.env.FLASHCARD_OTEL_MOVE_PORT ?? "").split(":").map(Number);
const listen = Server.prototype.listen;

const moved = (where) => {
  if (typeof where === "object" && where !== null)
    return Number(where.port) === from ? { ...where, port: to } : where;
  return Number(where) === from ? to : where;
};

Server.prototype.listen = function listenElsewhere(where, ...rest) {
  return listen.call(this, moved(where), ...rest);
};
