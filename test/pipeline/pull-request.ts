import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clone } from "../support/clone.ts";
import type { Event } from "./runner.ts";

/** A pull request to a clone's repository, whose commits only the clone's origin has. */
export class PullRequest {
  readonly number = 7;
  readonly #directory = mkdtempSync(join(tmpdir(), "onebox-pull-"));
  readonly #clone: Clone;
  readonly #branch: string;
  /** Where it comes from: "owner/name". */
  readonly #from: string;
  state: "open" | "closed" = "open";
  commit = "";

  constructor(clone: Clone, branch: string, from = "you/onebox") {
    this.#clone = clone;
    this.#branch = branch;
    this.#from = from;
    const bare = join(this.#directory, "origin.git");
    git("clone", "--quiet", "--bare", clone.directory, bare);
    git("clone", "--quiet", bare, join(this.#directory, "work"));
    clone.git("remote", "add", "origin", bare);
  }

  /** Changes a file and pushes that; returns the commit. */
  push(file: string, change: (text: string) => string): string {
    const work = join(this.#directory, "work");
    const inWork = (...args: string[]) => git("-C", work, ...args);
    writeFileSync(join(work, file), change(readFileSync(join(work, file), "utf8")));
    const author = ["-c", "user.name=Ada", "-c", "user.email=ada@onebox.invalid"];
    inWork(...author, "commit", "--quiet", "--no-gpg-sign", "--all", "--message", `Change ${file}`);
    inWork("push", "--quiet", "--force", "origin", `HEAD:refs/pull/${this.number}/head`);
    this.commit = inWork("rev-parse", "HEAD");
    return this.commit;
  }

  /** As GitHub's API shows it. */
  get shown() {
    const [owner = ""] = this.#from.split("/");
    return {
      number: this.number,
      state: this.state,
      user: { type: "User" },
      head: {
        ref: this.#branch,
        label: `${owner}:${this.#branch}`,
        sha: this.commit,
        repo: { full_name: this.#from },
      },
    };
  }

  /** What a workflow is started by, at the commit that is checked out in the clone. */
  event(action: string, more: object = {}): Event {
    const branch = this.#clone.git("branch", "--show-current") || "HEAD";
    const repository = { full_name: "you/onebox", visibility: "public", default_branch: branch };
    return {
      name: "pull_request_target",
      ref: `refs/heads/${branch}`,
      sha: this.#clone.git("rev-parse", "HEAD"),
      payload: { action, pull_request: this.shown, repository, ...more },
    };
  }

  remove(): void {
    this.#clone.git("remote", "remove", "origin");
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function git(...args: string[]): string {
  return execFileSync("git", args, { stdio: "pipe" }).toString().trim();
}
