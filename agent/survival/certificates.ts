/** Certificates for collectors: a good one, one that ended long ago, and one that nobody vouches for. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { issue, type Issued } from "../../operator/injection/certificates.ts";

export interface Certificates {
  good: Issued;
  expired: Issued;
  untrusted: Issued;
  /** For NODE_EXTRA_CA_CERTS: vouches for `good` and `expired`. */
  trusted: string;
}

export const NAME = "localhost";
const LONG_AGO = new Date("2020-01-01T00:00:00Z");

export async function certificates(folder: string): Promise<Certificates> {
  const [good, expired, untrusted] = await Promise.all([
    issue([NAME], new Date()),
    issue([NAME], LONG_AGO),
    issue([NAME], new Date()),
  ]);
  const trusted = join(folder, "trusted.pem");
  await writeFile(trusted, `${good.ca}\n${expired.ca}\n`);
  return { good, expired, untrusted, trusted };
}
