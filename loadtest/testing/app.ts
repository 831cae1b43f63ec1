/** A service that does about 2 ms of real work per item. HOST, PORT, ROUNDS, FAIL_EVERY (0: never; else each so manieth item fails). */
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const { HOST = "127.0.0.1", PORT = "0", ROUNDS = "400", FAIL_EVERY = "0" } = process.env;
const page = Buffer.alloc(4096, "flashcard");

const work = (rounds: number): string => {
  let digest = "";
  for (let round = 0; round < rounds; round += 1)
    digest = createHash("sha256").update(page).update(digest).digest("hex");
  return digest;
};

// Seen by the stand-in agent, which plants its cost in the same coin.
Object.assign(globalThis, { workOfTheApp: work });

let served = 0;

createServer((request, response) => {
  if (request.url === "/readyz") {
    response.end("ready\n");
    return;
  }
  served += 1;
  const fails = Number(FAIL_EVERY) > 0 && served % Number(FAIL_EVERY) === 0;
  response.writeHead(fails ? 503 : 200).end(work(Number(ROUNDS)));
}).listen(Number(PORT), HOST);
