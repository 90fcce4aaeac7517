import { execFileSync } from "node:child_process";

/**
 * Makes a key and a certificate that it signs itself, valid for ten years: for servers on this computer only.
 *
 * @param key file for the key
 * @param certificate file for the certificate
 * @param name what it is the certificate of: `IP:127.0.0.1`, `DNS:example.org`
 */
export function certify(key: string, certificate: string, name: string): void {
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650"];
  const names = ["-subj", "/CN=onebox", "-addext", `subjectAltName=${name}`];
  const files = ["-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", "-x509", ...kind, ...names, ...files], { stdio: "ignore" });
}
