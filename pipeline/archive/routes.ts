import { createReadStream } from "node:fs";
import { access } from "node:fs/promises";
import { type FastifyInstance } from "fastify";
import { z } from "zod";
import { type Archive, fileOf } from "./write.ts";

const idSchema = z.object({ id: z.uuid() });

/** A batch as it was archived here, also when the database has forgotten it. */
export const addRoutes = (app: FastifyInstance, archive: Pick<Archive, "folder">): void => {
  app.get("/archives/:id", async (request, reply) => {
    const file = fileOf(archive, idSchema.parse(request.params).id);
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (!isThere)
      return reply
        .code(404)
        .send({ error: { type: "Validation", message: "this archive has no such batch" } });
    return reply.type("text/tab-separated-values; charset=utf-8").send(createReadStream(file));
  });
};
