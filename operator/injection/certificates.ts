/**
 * The webhook's own certificate. Every renewal makes a new CA and a new leaf and forgets the CA's key, so nothing in the
 * cluster can sign for us. The CA before stays in the bundle until it ends: old and new leaves verify during the exchange.
 */
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { randomBytes, webcrypto } from "node:crypto";

export interface Issued {
  /** PEM, new CA first, then those that are still valid. */
  ca: string;
  certificate: string;
  key: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY = 24 * 60 * 60 * 1000;
export const LIFE_DAYS = 365;
/** Clocks of nodes differ: what begins a little earlier is valid everywhere at once. */
const MARGIN = 60 * 60 * 1000;

const serial = (): string => randomBytes(16).toString("hex");

const keys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);

const validity = (now: Date) => ({
  notBefore: new Date(now.getTime() - MARGIN),
  notAfter: new Date(now.getTime() + LIFE_DAYS * DAY),
});

export const issue = async (
  dnsNames: string[],
  now: Date,
  previousCa: string = "",
): Promise<Issued> => {
  const [caKeys, leafKeys] = await Promise.all([keys(), keys()]);
  const common = { signingAlgorithm: ALGORITHM, ...validity(now) };
  const ca = await X509CertificateGenerator.createSelfSigned(
    {
      ...common,
      serialNumber: serial(),
      // Two CAs of one name in a bundle would be hard to tell apart.
      name: `CN=flashcard-otel ${serial().slice(0, 8)}`,
      keys: caKeys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      ],
    },
    webcrypto,
  );
  const leaf = await X509CertificateGenerator.create(
    {
      ...common,
      serialNumber: serial(),
      subject: "CN=flashcard-otel webhook",
      issuer: ca.subject,
      signingKey: caKeys.privateKey,
      publicKey: leafKeys.publicKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: "dns", value }))),
      ],
    },
    webcrypto,
  );
  const key = await webcrypto.subtle.exportKey("pkcs8", leafKeys.privateKey);
  return {
    ca: [ca.toString("pem"), ...stillValid(previousCa, now)].join("\n"),
    certificate: leaf.toString("pem"),
    key: PemConverter.encode(key, PemConverter.PrivateKeyTag),
  };
};

const certificatesIn = (pem: string): X509Certificate[] => {
  try {
    return PemConverter.decode(pem).map((raw) => new X509Certificate(raw));
  } catch {
    return [];
  }
};

const stillValid = (bundle: string, now: Date): string[] =>
  certificatesIn(bundle)
    .filter(({ notAfter }) => notAfter > now)
    .map((certificate) => certificate.toString("pem"))
    .slice(0, 2);

/** Whether a new one is needed: damaged, for other names, or past two thirds of its life. */
export const isDue = (
  { certificate, key, ca }: Partial<Issued>,
  { dnsNames, now }: { dnsNames: string[]; now: Date },
): boolean => {
  const [leaf] = certificatesIn(certificate ?? "");
  if (!leaf || !key || certificatesIn(ca ?? "").length === 0) return true;
  const names = leaf
    .getExtension(SubjectAlternativeNameExtension)
    ?.names.items.map(({ value }) => value);
  if (!dnsNames.every((name) => names?.includes(name))) return true;
  const [start, end] = [leaf.notBefore.getTime(), leaf.notAfter.getTime()];
  return now.getTime() > start + ((end - start) * 2) / 3;
};
