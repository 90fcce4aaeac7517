import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyFiles, readReleaseKeys } from "../../config/release-keys.ts";
import { RefusedError } from "../errors.ts";
import type { Image } from "../image/image.ts";
import type { Session } from "../session.ts";
import type { Vm } from "../vm/vm.ts";
import { hasServed } from "./proof.ts";

type Place = Pick<Session, "root" | "secrets" | "environment" | "processes">;

/**
 * Whether somebody vouches for an image that the registry gives: a signer's signature of exactly that image and commit
 * (SIGNATURE, as the job "sign" makes it), or stage, which has served it already. Where config/release-keys names no
 * signer, the registry is believed.
 */
export async function isVouchedFor(
  { root, secrets, environment, processes }: Place,
  { reference, commit }: Pick<Image, "reference" | "commit">,
  vm: Pick<Vm, "history"> | undefined,
): Promise<boolean> {
  const { signers } = keyFiles(readReleaseKeys(root));
  if (signers === undefined || (await hasServed(vm, reference))) return true;
  const { SIGNATURE: signature = "" } = environment;
  if (signature === "") return false;
  const directory = join(secrets, "signature");
  mkdirSync(directory, { mode: 0o700, recursive: true });
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(directory, name), content, { mode: 0o600 });
    return join(directory, name);
  };
  const who = ["-f", file("signers", signers), "-I", "onebox", "-n", "onebox-image"];
  const what = ["-s", file("signature", Buffer.from(signature, "base64"))];
  const { code } = await processes.run("ssh-keygen", ["-Y", "verify", ...who, ...what], {
    input: `${reference} ${commit}\n`, // as host/login/signed.sh checks it
    codes: "any",
  });
  return code === 0;
}

/** @throws RefusedError when nobody vouches for an image that was named */
export async function needVouched(...asked: Parameters<typeof isVouchedFor>): Promise<void> {
  if (await isVouchedFor(...asked)) return;
  const [, { reference }] = asked;
  throw new RefusedError(
    `no signer of config/release-keys has signed ${reference}, so stage does not take it; have main's job build and sign it, or say --force-unproven, which the history keeps`,
  );
}
