import { type FastifyInstance, type FastifyReply } from "fastify";
import { z } from "zod";
import { cardsToAnki } from "../domain/anki.ts";
import { cardsToApkg } from "../domain/apkg.ts";
import { cardsToTsv, type FlashcardRow } from "../domain/cards.ts";
import { PipelineError } from "../domain/errors.ts";
import { MODES } from "../domain/upload.ts";
import { readBatch, readItems } from "../store/batches.ts";
import { readCards } from "../store/results.ts";
import { acceptFiles } from "./body.ts";
import { acceptUpload, type IngestDependencies } from "./upload.ts";

const idSchema = z.object({ id: z.uuid() });
const modeSchema = z.object({ mode: z.enum(MODES).default("standard") });
const itemsSchema = z.object({ items: z.enum(["true", "false"]).default("true") });

const unknown = (reply: FastifyReply): FastifyReply =>
  reply.code(404).send({ error: { type: "Validation", message: "there is no such batch" } });

export const addRoutes = (app: FastifyInstance, dependencies: IngestDependencies): void => {
  const { database } = dependencies;
  acceptFiles(app);

  app.post("/batches", async (request, reply) => {
    const { mode } = modeSchema.parse(request.query);
    if (typeof request.body !== "string")
      throw new PipelineError("Ingress", "send a CSV or TSV file");
    return reply.code(202).send(await acceptUpload(dependencies, request.body, mode));
  });

  app.get("/batches/:id", async (request, reply) => {
    const { id } = idSchema.parse(request.params);
    const batch = await readBatch(database, id);
    if (!batch) return unknown(reply);
    const { items } = itemsSchema.parse(request.query);
    return items === "false" ? batch : { ...batch, items: await readItems(database, id) };
  });

  addExports(app, dependencies);
};

interface Format {
  path: string;
  type: string;
  write: (rows: FlashcardRow[], now: Date) => unknown;
}

const deckName = "Korean vocabulary";

const formats: Format[] = [
  { path: "cards", type: "application/json; charset=utf-8", write: (rows) => rows },
  { path: "export.tsv", type: "text/tab-separated-values; charset=utf-8", write: cardsToTsv },
  {
    path: "export.txt",
    type: "text/plain; charset=utf-8",
    write: (rows) => cardsToAnki(rows, deckName),
  },
  {
    path: "export.apkg",
    type: "application/octet-stream",
    write: (rows, now) => Buffer.from(cardsToApkg(rows, { deckName, now })),
  },
];

const addExports = (app: FastifyInstance, dependencies: IngestDependencies): void => {
  const { database, monitor, seconds, now } = dependencies;
  for (const { path, type, write } of formats) {
    app.get(`/batches/:id/${path}`, async (request, reply) => {
      const start = seconds();
      const { id } = idSchema.parse(request.params);
      const rows = await readCards(database, id);
      if (rows.length === 0 && !(await readBatch(database, id))) return unknown(reply);
      const words = new Set(rows.map(({ position }) => position)).size;
      const file = write(rows, now());
      monitor.stageRun({ stage: "export", words, seconds: seconds() - start });
      return reply.type(type).send(file);
    });
  }
};
