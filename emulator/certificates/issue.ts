import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import {
  bits,
  explicit,
  implicit,
  integer,
  objectId,
  octets,
  sequence,
  set,
  TRUE,
  time,
  utf8,
} from "./der.ts";

const COMMON_NAME = "2.5.4.3";
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const SUBJECT_ALT_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const DNS_NAME = 2;
const DAY = 86_400_000;

export interface Pair {
  /** Both in PEM. */
  certificate: string;
  private_key: string;
}

/** Makes a certificate for domains that vouches for itself, valid for 90 days as Let's Encrypt's are. */
export function selfSigned(domains: string[], from: Date, days = 90): Pair {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
  const name = sequence(set(sequence(objectId(COMMON_NAME), utf8(domains[0] ?? ""))));
  const altNames = domains.map((domain) => implicit(DNS_NAME, Buffer.from(domain)));
  const extension = (id: string, value: Buffer, critical = false) =>
    sequence(objectId(id), ...(critical ? [TRUE] : []), octets(value));
  const signed = sequence(
    explicit(0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(time(from), time(new Date(from.getTime() + days * DAY))),
    name,
    publicKey.export({ format: "der", type: "spki" }),
    explicit(
      3,
      sequence(
        // A CA, so that whoever is given it can trust it.
        extension(BASIC_CONSTRAINTS, sequence(TRUE), true),
        extension(SUBJECT_ALT_NAME, sequence(...altNames)),
      ),
    ),
  );
  const der = sequence(signed, algorithm, bits(sign("sha256", signed, privateKey)));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    private_key: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}
