import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";

/** How a script ended that had opened something, and then did WHAT. */
interface End {
  code: number | null;
  said: string;
  left: string[];
}

/** Runs a script of the kind of scripts/ci-key.sh, then `what`. */
async function endWith(what: string, signal?: NodeJS.Signals): Promise<End> {
  const directory = mkdtempSync(join(tmpdir(), "onebox-out-"));
  const marks = (name: string) => join(directory, name);
  const script = `
    . '${root}/scripts/lib/common.sh'
    ONEBOX_DIR='${directory}'
    clean_up() { rm -f '${marks("keyring")}'; }
    touch '${marks("keyring")}'
    open_log ci-key
    ln -s "$SCRATCH" '${marks("scratch")}'
    ${what}`;
  const child = spawn("bash", ["-c", script], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (signal !== undefined && said.includes("here it hangs")) child.kill(signal);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const left = ["keyring", "scratch"].filter((name) => existsSync(marks(name)));
  rmSync(directory, { recursive: true });
  return { code, said, left };
}

const hang = 'echo "here it hangs" >&3; while :; do sleep 0.05; done';

const ways: Record<string, { what: string; code: number; says?: RegExp; signal?: NodeJS.Signals }> =
  {
    "its end": { what: ":", code: 0 },
    "a refusal in a step": { what: "no() { refuse 'not like this'; }; step one no", code: 2 },
    "a failure in a step that has said nothing": {
      what: "step one false",
      code: 1,
      says: /it said nothing\n.*step "one" failed; the whole output: /,
    },
    "a failure in a step that has said why": {
      what: "no() { echo 'Error: no such thing'; return 7; }; step one no",
      code: 1,
      says: /Error: no such thing/,
    },
    "a name that is not set, in a step": { what: 'step one echo "$NO_SUCH_NAME"', code: 1 },
    "a failure between two steps": {
      what: "(exit 128)",
      code: 128,
      says: /a program ended with exit code 128, between two steps; the whole output: /,
    },
    "a program's own exit code": { what: "odd() { return 125; }; step one odd", code: 1 },
    "a clean-up that fails": {
      what: 'clean_up() { rm "$ONEBOX_DIR/keyring"; return 1; }; step one false',
      code: 1,
      says: /step "one" failed/,
    },
    "Ctrl-C": { what: hang, code: 130, signal: "SIGINT" },
    "Ctrl-C in a step": {
      what: `hang() { ${hang}; }; step one hang`,
      code: 130,
      signal: "SIGINT",
    },
    "a request to end": { what: hang, code: 143, signal: "SIGTERM" },
    "a lost terminal": { what: hang, code: 143, signal: "SIGHUP" },
  };

describe("whichever way a script ends, nothing that it opened stays", () => {
  for (const [way, { what, code, says, signal }] of Object.entries(ways)) {
    it(way, async () => {
      const end = await endWith(what, signal);
      expect(end, end.said).to.include({ code });
      expect(end.left, end.said).to.deep.equal([]);
      if (says !== undefined) expect(end.said).to.match(says);
    });
  }
});
