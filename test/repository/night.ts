import { GitHub } from "../pipeline/github.ts";
import { Clone } from "../support/clone.ts";

/** A clone in which a nightly job's steps are run, against a made-up GitHub. */
export class Night {
  readonly github = new GitHub();
  readonly clone = new Clone();
  #api = "";

  async begin(): Promise<void> {
    this.clone.lendPackages();
    this.#api = await this.github.start();
  }

  /** Runs a script of scripts/ as the scheduled job on main does. */
  run(script: string, env: Record<string, string>, args: string[] = []) {
    return this.clone.run(script, args, {
      env: {
        ...{ GITHUB_API_URL: this.#api, GITHUB_REPOSITORY: "you/onebox" },
        ...{ GITHUB_TOKEN: "job-token", GITHUB_REF: "refs/heads/main" },
        ...{ GITHUB_EVENT_NAME: "schedule", ...env },
      },
    });
  }

  async end(): Promise<void> {
    await this.github.stop();
    this.clone.remove();
  }
}
