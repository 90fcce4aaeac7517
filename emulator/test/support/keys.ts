import { generateKeyPairSync } from "node:crypto";

/** A fresh public key as OpenSSH writes it. */
export function publicKey(comment = "test"): string {
  const { publicKey: key } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
  const field = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const blob = Buffer.concat([field(Buffer.from("ssh-ed25519")), field(raw)]);
  return `ssh-ed25519 ${blob.toString("base64")} ${comment}`;
}
