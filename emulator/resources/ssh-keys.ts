import { createHash } from "node:crypto";
import { z } from "zod";
import type { Cloud } from "../cloud.ts";
import { invalidField, notUnique, parse } from "../errors.ts";
import { list } from "../http/list.ts";
import { type ApiRouter, record } from "../http/router.ts";
import type { SshKey } from "../store/records.ts";
import { timestamp } from "../timestamp.ts";
import { assertUniqueName, labels, name } from "./fields.ts";
import { readAndUpdate } from "./read-and-update.ts";

const create = z.object({ name, public_key: z.string().min(1), labels: labels.optional() });

const KEY =
  /^\s*(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+|sk-\S+@openssh\.com)\s+([A-Za-z0-9+/]+=*)/;

/** The MD5 fingerprint of a public key, or null if it is none. */
export function fingerprint(publicKey: string): string | null {
  const [, type = "", base64 = ""] = KEY.exec(publicKey) ?? [];
  const blob = Buffer.from(base64, "base64");
  const named = blob.length > 4 && blob.toString("latin1", 4, 4 + blob.readUInt32BE()) === type;
  if (!named) return null;
  return createHash("md5").update(blob).digest("hex").match(/../g)?.join(":") ?? null;
}

export function sshKeys(router: ApiRouter, { store, clock }: Cloud): void {
  const table = store.tables.ssh_keys;
  const find = (context: Parameters<typeof record>[0]) => record(context, table, "SSH key");
  const present = (key: SshKey) => key;

  router.get("/ssh_keys", (context) =>
    list(context, "ssh_keys", table.values(), present, {
      filters: { fingerprint: (key, value) => key.fingerprint === value },
    }),
  );

  router.post("/ssh_keys", (context) => {
    const wish = parse(create, context.request.body);
    const print = fingerprint(wish.public_key);
    if (print === null) throw invalidField("public_key", "is not an OpenSSH public key");
    assertUniqueName(table, wish.name);
    for (const key of table.values()) {
      if (key.fingerprint === print) throw notUnique("public_key", "SSH key is already known");
    }
    const key: SshKey = {
      id: store.nextId("ssh_keys"),
      created: timestamp(clock),
      name: wish.name,
      labels: wish.labels ?? {},
      fingerprint: print,
      public_key: wish.public_key,
    };
    table.set(key.id, key);
    context.status = 201;
    context.body = { ssh_key: present(key) };
  });

  readAndUpdate(router, { path: "/ssh_keys", key: "ssh_key", table, find, present });

  router.delete("/ssh_keys/:id", (context) => {
    table.delete(find(context).id);
    context.status = 204;
  });
}
