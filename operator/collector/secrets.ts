/**
 * What a collector must not have in its configuration: header values and passwords come as variables, certificates as files, both
 * from Secrets that only the kubelet reads. Pure.
 */
import type { EnvVar, Volume } from "../injection/pod.ts";
import type { CollectorSpec, HeaderSpec, TlsSpec } from "../migration/pipelines.ts";
import { fromSecret } from "../backends/workload.ts";
import type { Tree } from "./places.ts";

/** Of one receiver: `kind` and `name` tell its variables and its folder from others'. */
interface Place {
  folder: string;
  kind: string;
  name: string;
}

type Receiver = Omit<Place, "folder"> & { headers: HeaderSpec[]; tls: TlsSpec | undefined };

const variable = ({ kind, name }: Omit<Place, "folder">, what: string | number): string =>
  `${kind}_${name}_${what}`.toUpperCase().replaceAll("-", "_");

export const headersOf = (headers: HeaderSpec[], place: Place): Tree =>
  Object.fromEntries(
    headers.map(({ name }, nth) => [name, `\${env:${variable(place, `header_${nth}`)}}`]),
  );

export const tlsOf = (tls: TlsSpec | undefined, { folder, kind, name }: Place): Tree => {
  if (!tls) return {};
  const file = (key: string): string => `${folder}/${kind}-${name}/${key}`;
  const own = tls.clientCertificate
    ? { cert_file: file("tls.crt"), key_file: file("tls.key") }
    : {};
  return { ca_file: file("ca.crt"), ...own };
};

const KAFKA = { kind: "kafka", name: "brokers" };

export const kafkaClient = ({ kafka }: CollectorSpec, folder: string): Tree => {
  if (!kafka) return {};
  const { brokers, credentials, tls } = kafka;
  const secret = (key: string): string => `\${env:${variable(KAFKA, key)}}`;
  const sasl = {
    mechanism: credentials?.mechanism,
    username: secret("username"),
    password: secret("password"),
  };
  return {
    brokers,
    ...(tls ? { tls: tlsOf(tls, { folder, ...KAFKA }) } : {}),
    ...(credentials ? { auth: { sasl } } : {}),
  };
};

const receivers = ({ exporters, kafka }: CollectorSpec): Receiver[] => [
  ...(exporters?.otlp ?? []).map(({ name, headers, tls }) => ({
    kind: "otlp",
    name,
    headers,
    tls,
  })),
  ...(exporters?.remoteWrite ?? []).map(({ name, headers, tls }) => ({
    kind: "remote",
    name,
    headers,
    tls,
  })),
  ...(kafka ? [{ ...KAFKA, headers: [], tls: kafka.tls }] : []),
];

export const secretVariables = (spec: CollectorSpec): EnvVar[] => [
  ...receivers(spec).flatMap((one) =>
    one.headers.map(({ secret, key }, nth) =>
      fromSecret(variable(one, `header_${nth}`), secret, key),
    ),
  ),
  ...(spec.kafka?.credentials
    ? ["username", "password"].map((key) =>
        fromSecret(variable(KAFKA, key), spec.kafka?.credentials?.secret ?? "", key),
      )
    : []),
];

export const secretVolumes = (
  spec: CollectorSpec,
  folder: string,
): { volume: Volume; mountPath: string; readOnly: true }[] =>
  receivers(spec).flatMap(({ kind, name, tls }) => {
    if (!tls) return [];
    const volume = { name: `tls-${kind}-${name}`, secret: { secretName: tls.secret } };
    return [{ volume, mountPath: `${folder}/${kind}-${name}`, readOnly: true as const }];
  });
