import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whoever has got hold of a release key, with ssh and scp as they come. */
export class Thief {
  readonly #directory = mkdtempSync(join(tmpdir(), "onebox-thief-"));
  readonly #address: string;
  /** How many things were tried. */
  tried = 0;

  constructor(pass: string) {
    const { key, address } = JSON.parse(pass) as { key: string; address: string };
    this.#address = address;
    writeFileSync(join(this.#directory, "key"), key, { mode: 0o600 });
  }

  /** Logs in as a user with options and a command of ssh's own; `input` is what is sent. */
  ssh(user: string, { options = [], command = [], input = "" }: Attempt = {}): Outcome {
    return this.#run("ssh", [...options, `${user}@${this.#address}`, ...command], input);
  }

  /** Sends a wish as the client does. */
  wish(user: string, line: string): Outcome {
    return this.ssh(user, { input: `${line}\n` });
  }

  copy(user: string, ...more: string[]): Outcome {
    writeFileSync(join(this.#directory, "file"), "mine\n");
    const target = `${user}@${this.#address}:/run/onebox-wishes/${user}/spool/file`;
    return this.#run("scp", [...more, join(this.#directory, "file"), target], "");
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }

  #run(program: string, args: string[], input: string): Outcome {
    this.tried++;
    const file = join(this.#directory, "key");
    const fixed = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null"];
    const own = [...fixed, "IdentitiesOnly=yes", "IdentityAgent=none", "LogLevel=ERROR"];
    const options = ["-i", file, ...own.flatMap((each) => ["-o", each])];
    const { status, stdout, stderr } = spawnSync(program, [...options, ...args], {
      input,
      timeout: 600_000,
    });
    return { code: status, said: `${stdout}${stderr}` };
  }
}

interface Attempt {
  options?: string[];
  command?: string[];
  input?: string;
}

interface Outcome {
  code: number | null;
  said: string;
}
