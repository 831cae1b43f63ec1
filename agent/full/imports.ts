/** Makes the instrumentations see ESM imports too, from within the one `--require`. */
import { register, supportsSyncHooks } from "import-in-the-middle/register-hooks.mjs";

/** Only what is instrumented: wrapping every module of an application costs start-up time and has broken some. */
const INSTRUMENTED = [
  "http", "https", "net", "dns", "node:http", "node:https", "node:net", "node:dns",
  "express", "koa", "@hapi/hapi", "restify", "connect", "@nestjs/core", "graphql", "socket.io",
  "pg", "pg-pool", "ioredis", "redis", "@redis/client", "mysql", "mysql2", "mongodb", "mongoose", "knex", "tedious",
  "oracledb", "cassandra-driver", "memcached", "generic-pool", "dataloader", "lru-memoizer",
  "amqplib", "kafkajs", "@grpc/grpc-js", "undici", "openai",
  "pino", "winston", "bunyan",
]; // prettier-ignore

/** On a Node without synchronous hooks CommonJS applications are complete and ESM ones lack what they import. */
export function hookImports(): void {
  if (supportsSyncHooks()) register({ include: INSTRUMENTED });
}
