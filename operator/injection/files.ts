/** The certificate as the kubelet mounts it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";

export interface CertificateFiles {
  certificate: string;
  key: string;
  /** Everything the API server may verify against: the present CA and, for a while, the one before. */
  ca: string;
  fingerprint: string;
}

const read = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
};

/** Undefined until all three files are there. */
export const readCertificate = async (folder: string): Promise<CertificateFiles | undefined> => {
  const [certificate, key, ca] = await Promise.all(
    ["tls.crt", "tls.key", "ca.crt"].map((name) => read(path.join(folder, name))),
  );
  if (!certificate || !key || !ca) return undefined;
  const fingerprint = createHash("sha256")
    .update(certificate)
    .update(ca)
    .digest("hex")
    .slice(0, 12);
  return { certificate, key, ca, fingerprint };
};
