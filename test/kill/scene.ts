import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { notes, stage } from "../stage/use.ts";
import type { Run } from "../support/clone.ts";
import type { Vm } from "../support/vm.ts";

/** A deploy that is under way. */
export interface Deploy {
  ended: Promise<Run>;
  /** Kills deploy.sh with everything that it runs. */
  kill: () => void;
}

/** Stage, with two images to deploy in turn. */
export class Scene {
  address = "";
  private images: string[] = [];

  async begin(): Promise<void> {
    this.images = await stage.images(2);
    this.address = await stage.vm.address();
  }

  get vm(): Vm {
    return stage.vm;
  }

  /** What deploy.sh calls its steps. */
  get deploySteps(): string[] {
    return notes.deploySteps;
  }

  /** The image that stage currently serves. */
  async serves(): Promise<string> {
    return this.vm.run(
      `/opt/onebox/bin/status | awk -F '\\t' '$1 == "stage" && $2 == "serving" { print $5 }'`,
    );
  }

  /** The image that does not currently serve. */
  async next(): Promise<string> {
    const serves = await this.serves();
    return this.images.find((image) => image !== serves) ?? "";
  }

  /** The step at which an environment's release is; empty when there is none at work. */
  async stepOf(environment: string): Promise<string> {
    return this.vm.run(`cat /run/onebox/${environment}/step 2>/dev/null || true`);
  }

  /** Begins a deploy; `watch` sees its output as it comes. */
  deploy(args: string[], watch?: (output: string) => void): Deploy {
    let text = "";
    let kill = () => {};
    const ended = stage.clone.run("deploy.sh", args, {
      leavesSecrets: true,
      watch: (piece, signal) => {
        text += piece;
        kill = () => signal("SIGKILL");
        watch?.(text);
      },
    });
    return { ended, kill: () => kill() };
  }

  /** Makes the next release wait before a step, for at most five minutes; forgets where the last one was. */
  async hold(environment: string, step: string): Promise<void> {
    const run = `/run/onebox/${environment}`;
    await this.vm.run(
      `install -d -m 0700 ${run} && rm -f ${run}/step && touch ${run}/hold.${step}`,
    );
  }

  /** Lets the history end with a failure: then the next release is Terraform's work, not done by SSH alone. */
  async pretendFailure(): Promise<void> {
    const history = "/mnt/onebox/stage/releases.tsv";
    await this.vm.run(
      `tail -n 1 ${history} | sed 's/\tserved\t/\tfailed\t/' >/tmp/last && cat /tmp/last >>${history}`,
    );
  }

  async letGo(environment = "*"): Promise<void> {
    await this.vm.run(`rm -f /run/onebox/${environment}/hold.*`);
  }

  /** Waits until a release has come to a step at which it is held; the deploy must not end before. */
  async arrival(environment: string, step: string, deploy: Deploy): Promise<void> {
    const arrived = this.vm.run(
      `for _ in $(seq 6000); do [ "$(cat /run/onebox/${environment}/step 2>/dev/null)" = ${step} ] && exit 0; sleep 0.05; done; exit 1`,
    );
    await this.before(deploy, arrived, `step ${step}`);
  }

  /** How many processes on the VM want to release there, or follow who does. */
  async releasing(environment: string): Promise<number> {
    return Number(await this.vm.run(`pgrep -fc '[o]perate ${environment} release' || true`));
  }

  /** Waits until there are more of them than `alone`; the deploy must not end before. */
  async joined(environment: string, alone: number, deploy: Deploy): Promise<void> {
    const more = async () => {
      while ((await this.releasing(environment)) <= alone) await sleep(200);
    };
    await this.before(deploy, more(), "it came to the VM");
  }

  private async before(deploy: Deploy, done: Promise<unknown>, what: string): Promise<void> {
    done.catch(() => {}); // the deploy's end is the better explanation
    const early = deploy.ended.then(({ code, output }) => {
      throw new Error(`the deploy ended with ${code} before ${what}:\n${output}`);
    });
    await Promise.race([done, early]);
  }

  /** Waits until nothing is at work for stage, then expects one complete release; returns its name. */
  async oneRelease(): Promise<string> {
    const deadline = Date.now() + 300_000;
    for (;;) {
      try {
        return await this.look();
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(300);
      }
    }
  }

  private async look(): Promise<string> {
    const state = await this.vm.run(`
      systemctl is-active -q onebox-release-stage onebox-settle && echo busy
      [ -e /opt/onebox/env/stage/holder ] && echo held
      sed -n '1s/^# //p' /opt/onebox/routes/stage.yml
      /opt/onebox/bin/status | awk -F '\\t' '$1 == "stage" && $2 == "serving" { print $3, $4, $7 }'`);
    const [, slot, release = ""] =
      /^route\.(blue|green)\n\1 (\S+) running$/.exec(state) ?? expect.fail(`the VM says: ${state}`);
    for (let count = 0; count < 5; count++) {
      const answer = await this.ask("/version");
      expect(answer, `asked for ${slot}`).to.deep.equal({ status: 200, edge: release, release });
    }
    await this.vm.run(
      `cd /opt/onebox/env/stage/releases/${release} && ls compose.yml release.env environment.json config.json routes migrations served`,
    );
    return release;
  }

  /** What a visitor of stage is told about the release. */
  private ask(path: string): Promise<{ status?: number; edge?: unknown; release?: unknown }> {
    return new Promise((resolve, reject) => {
      const options = { host: this.address, path, headers: { host: stage.host } };
      const outgoing = request({ ...options, timeout: 60_000 }, (incoming) => {
        const body: Buffer[] = [];
        incoming.on("data", (piece: Buffer) => body.push(piece));
        incoming.on("end", () => {
          let release: unknown;
          try {
            release = JSON.parse(Buffer.concat(body).toString()).release;
          } catch {
            release = undefined;
          }
          const edge = incoming.headers["x-onebox-release"];
          resolve({ status: incoming.statusCode, edge, release });
        });
      });
      outgoing.on("timeout", () => outgoing.destroy(new Error("no answer within a minute")));
      outgoing.on("error", reject).end();
    });
  }
}

export const scene: Scene = new Scene();
