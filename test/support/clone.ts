import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../../config/load.ts";
import { cutPower, killTree } from "./kill-tree.ts";

/** What a script did. */
export interface Run {
  code: number | null;
  stdout: string;
  /** Both streams, as a terminal would show them. */
  output: string;
  seconds: number;
}

export interface RunOptions {
  env?: Record<string, string>;
  /** What SIGKILL leaves of its secrets stays, for the next run to remove. */
  leavesSecrets?: boolean;
  /** What it reads; nothing, when left out. */
  input?: string;
  /** Sees each piece of output as it comes, with a function that sends a signal, as a terminal does, or kills all. */
  watch?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/**
 * A clone of this tree, uncommitted changes included, in a directory of its own: with its own
 * local cloud, state and history, so that a test leaves the developer's alone.
 */
export class Clone {
  readonly directory: string;

  /** In a new directory; one that is named keeps the clone, or the files, that it has. */
  constructor(directory: string = mkdtempSync(join(tmpdir(), "onebox-test-"))) {
    this.directory = directory;
    if (existsSync(join(directory, ".git/HEAD"))) return;
    if (!existsSync(join(directory, "package.json"))) copyTree(directory);
    this.git("init", "--quiet");
    this.git("config", "user.name", "Rehearsal");
    this.git("config", "user.email", "rehearsal@onebox.invalid");
    this.commit("Begin");
  }

  /**
   * Lets the clone use this tree's npm packages: a link for each, not one for all, because an npm ci in the
   * clone would empty what that leads to.
   */
  lendPackages(): void {
    const from = join(root, "node_modules");
    const to = join(this.directory, "node_modules");
    mkdirSync(to);
    for (const name of readdirSync(from)) {
      if (name !== ".onebox-stamp") symlinkSync(join(from, name), join(to, name));
    }
    this.stampPackages();
  }

  /** Has the packages fit what they are made from, as scripts/lib/enter.sh asks for it; server/ may have made room for another app. */
  stampPackages(): void {
    const files =
      "package-lock.json package.json server/package.json emulator/package.json providers/*/package.json";
    const stamp = `cat ${files} 2>/dev/null | cksum >node_modules/.onebox-stamp`;
    execFileSync("sh", ["-c", stamp], { cwd: this.directory });
  }

  git(...args: string[]): string {
    return execFileSync("git", args, { cwd: this.directory, stdio: "pipe" }).toString().trim();
  }

  /** Commits everything that changed and returns the commit. */
  commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--no-gpg-sign", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.directory, file)), { recursive: true });
    writeFileSync(join(this.directory, file), text);
  }

  /** Puts another text in the place of one that a file holds. */
  replace(file: string, before: string, after: string): void {
    const text = readFileSync(join(this.directory, file), "utf8");
    if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
    this.write(
      file,
      text.replace(before, () => after),
    );
  }

  /** Runs a script of the clone as a user would, without a terminal. */
  run(script: string, args: string[] = [], options: RunOptions = {}): Promise<Run> {
    const started = performance.now();
    const child = spawn(join(this.directory, "scripts", script), args, {
      cwd: this.directory,
      env: { ...process.env, ...options.env },
      stdio: "pipe",
      detached: true, // a process group of its own, so that a signal reaches all of it, as Ctrl-C does
    });
    child.stdin.on("error", () => {}).end(options.input ?? ""); // who does not read it does not matter
    const run: Run = { code: null, stdout: "", output: "", seconds: 0 };
    const kill = (signal: NodeJS.Signals) => {
      const pid = child.pid ?? 0;
      if (signal === "SIGKILL") (options.leavesSecrets ? cutPower : killTree)(pid);
      else process.kill(-pid, signal);
    };
    const take = (text: string, stdout: boolean) => {
      run.output += text;
      if (stdout) run.stdout += text;
      options.watch?.(text, kill);
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => take(text, true));
    child.stderr.setEncoding("utf8").on("data", (text: string) => take(text, false));
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        run.code = code;
        run.seconds = (performance.now() - started) / 1000;
        resolve(run);
      });
    });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Copies this tree's files, uncommitted changes included. */
export function copyTree(directory: string): void {
  const list = ["ls-files", "-z", "-co", "--exclude-standard"];
  const files = execFileSync("git", list, { cwd: root }).toString().split("\0");
  for (const file of files.filter(Boolean)) {
    const target = join(directory, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, file), target);
  }
}
