/** What becomes of batches that are done, on a real database: archives write them by their shares, retention deletes them. */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Client } from "pg";
import { eventually, run } from "./testing/processes.ts";
import { type Servers, startServers } from "./testing/servers.ts";
import { type Service, startService, stopServices } from "./testing/services.ts";

const ARCHIVES = 2;
/** Ids whose first byte is even are the first archive's, odd ones the second's. */
const EVEN = "00000000-0000-4000-8000-000000000001";
const ODD = "01000000-0000-4000-8000-000000000002";
const RUNNING = "02000000-0000-4000-8000-000000000003";

let servers: Servers;
let client: Client;
let folder: string;
let archives: Service[];

const startArchive = async (ordinal: number): Promise<Service> => {
  const own = join(folder, String(ordinal));
  return startService("archive", {
    DATABASE_URL: servers.databaseUrl,
    POD_NAME: `archive-${ordinal}`,
    ARCHIVES: String(ARCHIVES),
    ARCHIVE_FOLDER: own,
    ARCHIVE_MS: "50",
  });
};

const insertBatch = async (id: string, daysAgo: number | undefined): Promise<void> => {
  const completed = daysAgo === undefined ? null : new Date(Date.now() - daysAgo * 86_400_000);
  await client.query(
    `WITH batch AS (INSERT INTO import_batches (id, queue, total, done, status, completed_at)
       VALUES ($1, 'q', 1, 1, 'completed', $2) RETURNING id),
     item AS (INSERT INTO vocabulary_items (batch_id, position, term, type, status, completed_at)
       SELECT id, 1, '사과', 'noun', 'completed', $2 FROM batch RETURNING id)
     INSERT INTO flashcards SELECT id, 'Scene', 1, '사과', 1, 'p', 'f', 'b', 't', 'h' FROM item`,
    [id, completed],
  );
};

beforeAll(async () => {
  servers = await startServers();
  folder = await mkdtemp(join(tmpdir(), "flashcards-archive-"));
  for (let ordinal = 0; ordinal < ARCHIVES; ordinal += 1)
    await mkdir(join(folder, String(ordinal)));
  archives = await Promise.all([startArchive(0), startArchive(1)]);
  client = new Client({ connectionString: servers.databaseUrl });
  await client.connect();
}, 120_000);

afterAll(async () => {
  await client?.end();
  await stopServices();
  await servers?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

const ids = async (): Promise<string[]> => {
  const { rows } = await client.query<{ id: string }>("SELECT id FROM import_batches ORDER BY id");
  return rows.map(({ id }) => id);
};

const archivedBy = async (): Promise<Record<string, string>> => {
  const { rows } = await client.query<{ batch_id: string; archive: string }>(
    "SELECT batch_id, archive FROM archived_batches",
  );
  return Object.fromEntries(rows.map(({ batch_id, archive }) => [batch_id, archive]));
};

/** One run of the CronJob; its exit code and its log. */
const retain = async (
  env: Record<string, string>,
): Promise<{ code: number | null; log: string }> => {
  const main = join(import.meta.dirname, "retention", "main.ts");
  const job = run(process.execPath, ["--disable-warning=ExperimentalWarning", main], {
    env: { PATH: process.env["PATH"], DATABASE_URL: servers.databaseUrl, ...env },
  });
  const code = await job.stop("SIGCONT");
  return { code, log: job.output() };
};

test("each archive writes the batches of its share that are done, and gives them out", async () => {
  await insertBatch(EVEN, 40);
  await insertBatch(ODD, 1);
  await insertBatch(RUNNING, undefined);
  const by = await eventually("both being archived", async () => {
    const all = await archivedBy();
    return Object.keys(all).length === 2 ? all : undefined;
  });
  expect(by).toEqual({ [EVEN]: "archive-0", [ODD]: "archive-1" });
  const [first, second] = archives;
  const answer = await fetch(`${first?.url}/archives/${EVEN}`);
  expect(answer.headers.get("content-type")).toContain("text/tab-separated-values");
  expect(await answer.text()).toContain("사과");
  expect((await fetch(`${second?.url}/archives/${EVEN}`)).status).toBe(404);
  expect((await fetch(`${first?.url}/archives/..%2Fsecret`)).status).toBe(400);
  expect(await readdir(join(folder, "1"))).toEqual([`${ODD}.tsv`]);
});

test("retention deletes what is old enough, with its cards, and nothing that is not done", async () => {
  const { code, log } = await retain({ RETENTION_DAYS: "30", RETENTION_ARCHIVED_ONLY: "on" });
  expect(code).toBe(0);
  expect(log).toContain("1 batches and 0 single words deleted");
  expect(await ids()).toEqual([ODD, RUNNING]);
  const { rows } = await client.query("SELECT FROM flashcards");
  expect(rows).toHaveLength(2);
  expect((await fetch(`${archives[0]?.url}/archives/${EVEN}`)).status).toBe(200);
});

test("what no archive has yet is kept when it is wanted, however old", async () => {
  await Promise.all(archives.map((archive) => archive.stop()));
  const late = "04000000-0000-4000-8000-000000000004";
  await insertBatch(late, 90);
  expect((await retain({ RETENTION_DAYS: "30", RETENTION_ARCHIVED_ONLY: "on" })).code).toBe(0);
  expect(await ids()).toContain(late);
  expect((await retain({ RETENTION_DAYS: "30" })).code).toBe(0);
  expect(await ids()).not.toContain(late);
});

test("a run that fails says so with its exit code", async () => {
  const { code, log } = await retain({ RETENTION_DAYS: "thirty" });
  expect(code).toBe(1);
  expect(log).toContain("RETENTION_DAYS must be a number");
});
