import { z } from "zod";
import { domainNames, readChain, readKey } from "../../certificates/read.ts";
import { isDomainName } from "../../dns/domain-name.ts";
import { labels, name } from "../fields.ts";

const MOST_DOMAINS = 100;

const common = { name, labels: labels.optional() };
/** A certificate of one's own; that is what it is when nothing is said. */
export const uploaded = z
  .object({
    ...common,
    type: z.enum(["uploaded", "managed"]).optional(),
    certificate: z
      .string()
      .refine((pem) => readChain(pem) !== null, "is not a certificate in PEM, with its chain"),
    private_key: z
      .string()
      .refine((pem) => readKey(pem) !== null, "is not a private key in PEM, or needs a password"),
  })
  .refine(belongTogether, { path: ["private_key"], message: "is not the certificate's key" });
/** One that is asked for at Let's Encrypt. */
export const managed = z.object({
  ...common,
  type: z.literal("managed"),
  domain_names: z
    .array(z.string().refine(isDomainName, "is not a domain name"))
    .min(1)
    .max(MOST_DOMAINS),
});

/** What cannot be read is told of already. */
function belongTogether(wish: { certificate: string; private_key: string }): boolean {
  const [key, chain] = [readKey(wish.private_key), readChain(wish.certificate)];
  return key === null || chain === null || chain[0].checkPrivateKey(key);
}

/** What the API shows of a certificate in PEM; nothing while there is none. */
export function presentPem(pem: string | null) {
  const chain = pem === null ? null : readChain(pem);
  if (chain === null) {
    return { certificate: null, fingerprint: null, not_valid_before: null, not_valid_after: null };
  }
  const [own] = chain;
  const at = (date: Date) => date.toISOString().replace(/\.\d+Z$/, "+00:00");
  return {
    certificate: pem,
    fingerprint: own.fingerprint.toLowerCase(),
    not_valid_before: at(own.validFromDate),
    not_valid_after: at(own.validToDate),
  };
}

export const domainsOf = (pem: string): string[] => {
  const chain = readChain(pem);
  return chain === null ? [] : domainNames(chain[0]);
};
