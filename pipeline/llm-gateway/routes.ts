import { type FastifyInstance } from "fastify";
import { itemSchema } from "../domain/item.ts";
import { type Stages, stage2Request } from "./stages.ts";

export const addRoutes = (app: FastifyInstance, stages: Stages): void => {
  app.post("/v1/stage1", async (request) => {
    const { value, hit } = await stages.stage1(itemSchema.parse(request.body));
    return { result: value, cached: hit !== false };
  });
  app.post("/v1/stage2", async (request) => {
    const { value, hit } = await stages.stage2(stage2Request.parse(request.body));
    return { rows: value, cached: hit !== false };
  });
};
