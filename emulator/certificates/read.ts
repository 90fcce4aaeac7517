import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, the owner's own first; null if one of them is none, or all. */
export function readChain(pem: string): [X509Certificate, ...X509Certificate[]] | null {
  try {
    const [own, ...others] = (pem.match(BLOCK) ?? []).map((block) => new X509Certificate(block));
    return own === undefined ? null : [own, ...others];
  } catch {
    return null;
  }
}

export function readKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}

/** The names that a certificate is for; its subject's where it has no others. */
export function domainNames({ subjectAltName, subject }: X509Certificate): string[] {
  const names = [...(subjectAltName ?? "").matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name);
  const [, common] = /^CN=(.+)$/m.exec(subject ?? "") ?? [];
  return (names.length > 0 ? names : [common]).filter((name) => name !== undefined);
}
