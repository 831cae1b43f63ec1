/** A service that does about 2 ms of real work per item. PORT, ROUNDS. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const { PORT = "0", ROUNDS = "400" } = process.env;
const page = Buffer.alloc(4096, "flashcard");

const work = (rounds: number): string => {
  let digest = "";
  for (let round = 0; round < rounds; round += 1)
    digest = createHash("sha256").update(page).update(digest).digest("hex");
  return digest;
};

// Seen by the stand-in agent, which plants its cost in the same coin.
Object.assign(globalThis, { workOfTheApp: work });

createServer((request, response) => {
  if (request.url === "/readyz") response.end("ready\n");
  else response.end(work(Number(ROUNDS)));
}).listen(Number(PORT), "127.0.0.1");
