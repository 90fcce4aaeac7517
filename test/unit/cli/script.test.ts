import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { InterruptedError } from "../../../cli/errors.ts";
import { poll } from "../../../cli/poll.ts";
import { runScript } from "../../../cli/script.ts";
import { type Invocation, withSession } from "../../../cli/session.ts";

describe("a script that is still shell", () => {
  let root: string;
  let signal: (name: NodeJS.Signals) => void;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "onebox-script-"));
    mkdirSync(join(root, "scripts"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Runs a script of this text, whose file "said" takes what it says; returns how that ended. */
  async function run(text: string, environment: Record<string, string> = {}) {
    const file = join(root, "scripts/try.sh");
    writeFileSync(file, `#!/bin/sh\nexec >'${root}/said'\n${text}\n`);
    chmodSync(file, 0o755);
    const invocation = {
      ...{ root, command: "try", program: "onebox try", stdout: process.stdout },
      environment: { PATH: process.env.PATH, ...environment },
      stderr: process.stderr,
      onSignal: (handler: typeof signal) => {
        signal = handler;
        return () => {};
      },
    } as Invocation;
    return withSession(invocation, {}, (session) => runScript(session, "try", ["a b", "--c"]));
  }
  const said = () => readFileSync(join(root, "said"), "utf8");

  it("gets its arguments, and the caller's language and configuration", async () => {
    const text = 'echo "$# $1 $2"; echo "$LC_ALL"; echo "$ONEBOX_CONFIG"; exit 7';
    expect(await run(text, { LC_ALL: "de_DE", ONEBOX_CONFIG: "own.config.ts" })).to.equal(7);
    expect(said()).to.equal("2 a b --c\nde_DE\nown.config.ts\n");
    await run("env");
    expect(said()).not.to.match(/^(LC_ALL|ONEBOX_CONFIG)=/m);
  });

  it("is asked to end as the command is, and waited for", async () => {
    const done = run("trap 'echo cleaned; exit 0' TERM; echo begun; while :; do sleep 0.05; done");
    const error = done.catch((cause: unknown) => cause);
    const begun = () => existsSync(join(root, "said")) && said() === "begun\n";
    expect(await poll(begun, Boolean, { within: 60_000, pause: 10 })).to.equal(true);
    signal("SIGTERM");
    expect(await error)
      .to.be.instanceOf(InterruptedError)
      .and.have.property("exitCode", 143);
    expect(said()).to.equal("begun\ncleaned\n");
  });
});
