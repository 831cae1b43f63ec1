/** The uploaded file, sent plainly or as the part of a form. */
import { type FastifyInstance, type FastifyRequest } from "fastify";
import { PipelineError } from "../domain/errors.ts";

const plain = ["text/csv", "text/tab-separated-values", "text/plain"];
const extensions = /\.(csv|tsv|txt)$/i;

const fileOf = async (body: Buffer, contentType: string): Promise<string> => {
  const form = await new Response(new Uint8Array(body), {
    headers: { "content-type": contentType },
  }).formData();
  const file = [...form.values()].find((value) => typeof value !== "string");
  if (!file) throw new PipelineError("Ingress", "the form holds no file");
  if (!extensions.test(file.name))
    throw new PipelineError("Ingress", "only .csv, .tsv and .txt files are accepted");
  return file.text();
};

export const acceptFiles = (app: FastifyInstance): void => {
  app.addContentTypeParser(
    plain,
    { parseAs: "string" },
    async (_: FastifyRequest, body: string) => body,
  );
  app.addContentTypeParser(
    "multipart/form-data",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) =>
      fileOf(body, request.headers["content-type"] ?? ""),
  );
};
