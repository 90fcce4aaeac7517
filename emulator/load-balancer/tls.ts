import { createSecureContext, type SecureContext, type TlsOptions } from "node:tls";

/** A certificate, its key, both in PEM, and the names that it is for. */
export interface TlsPair {
  cert: string;
  key: string;
  names: readonly string[];
}

/** Presents the certificate that fits the name which a client asks for, or the first. */
export function tlsOptions(pairs: readonly TlsPair[]): TlsOptions {
  const contexts = new Map<TlsPair, SecureContext>();
  for (const pair of pairs) contexts.set(pair, createSecureContext(pair));
  const [first] = pairs;
  return {
    ...(first === undefined ? {} : { cert: first.cert, key: first.key }),
    SNICallback: (host, done) => {
      const found = pairs.find(({ names }) => names.some((name) => fits(name, host)));
      done(null, contexts.get(found ?? pairs[0] ?? ({} as TlsPair)));
    },
  };
}

/** A certificate's name may begin with a wildcard, which stands for one label. */
export function fits(name: string, host: string): boolean {
  const [own, asked] = [name.toLowerCase(), host.toLowerCase()];
  if (own === asked) return true;
  return own.startsWith("*.") && asked.slice(asked.indexOf(".")) === own.slice(1);
}
