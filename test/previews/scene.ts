import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { checkConfig } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { root } from "../../config/load.ts";
import { previewHost, slugOf } from "../../config/previews.ts";
import config from "../../onebox.config.ts";
import { stage } from "../stage/use.ts";
import type { Run } from "../support/clone.ts";
import { visit } from "../support/visit.ts";
import type { Vm } from "../support/vm.ts";
import { named } from "./names.ts";

/** Stage, and previews beside it. */
class Scene {
  address = "";
  private readonly config = checkConfig(config, root);

  async begin(): Promise<void> {
    this.address = await stage.vm.address();
  }

  get vm(): Vm {
    return stage.vm;
  }

  hostOf(branch: string): string {
    return previewHost(this.config, resolveCloud(this.config, root), slugOf(branch));
  }

  /** The preview's environment, as the VM calls it. */
  environmentOf(branch: string): string {
    return `preview-${slugOf(branch)}`;
  }

  /** A branch at the commit that is checked out, whose image there is already. */
  branch(name: string): void {
    stage.clone.git("branch", "--force", name);
  }

  /** A branch of its own commit, whose page says so. */
  branchSaying(name: string, text: string): void {
    const { clone } = stage;
    clone.git("checkout", "--quiet", "-B", name);
    const page = readFileSync(join(clone.directory, "server/page.ts"), "utf8");
    clone.write("server/page.ts", page.replace(/<h1>[^<$]*<\/h1>/, `<h1>${text}</h1>`));
    clone.commit(`Say ${text}`);
    clone.git("checkout", "--quiet", "-");
  }

  /** Puts up the two previews that tests share, unless they are up. */
  async upNamed(): Promise<void> {
    const rows = JSON.parse((await this.preview("list", "--json")).stdout) as { branch: string }[];
    for (const name of named.filter((each) => !rows.some(({ branch }) => branch === each))) {
      this.branch(name);
      await this.preview("up", name);
    }
  }

  /** Asks a preview for a path. */
  visit(branch: string, path = "/"): ReturnType<typeof visit> {
    return visit(this.address, this.hostOf(branch), path);
  }

  /** What a preview's app says that it is. */
  async says(branch: string): Promise<string> {
    return JSON.parse((await this.visit(branch, "/version")).body).environment;
  }

  preview(...args: string[]): Promise<Run> {
    return stage.run("preview.sh", ...args);
  }

  /** What host/previews/reap does each minute, now. */
  async reap(): Promise<void> {
    await this.vm.run("systemctl start onebox-reap.service");
  }

  /** Everything on the VM and in Terraform's state that a preview could leave behind. */
  async traces(): Promise<string[]> {
    const found = await this.vm.run(`
      docker ps -a --format 'container {{.Names}}'
      docker network ls --format 'network {{.Name}}'
      docker volume ls --format 'volume {{.Name}}'
      docker image ls --no-trunc --format 'image {{.ID}}' | sort -u
      find /opt/onebox/env /opt/onebox/routes /opt/onebox/inbox /mnt/onebox/ /etc/systemd/system -maxdepth 1 -name '*' -printf '%p\\n'
      find /run/onebox -mindepth 1 -maxdepth 1 -type d
      systemctl list-units --all --plain --no-legend 'onebox-*preview*' | cut -d ' ' -f 1
      docker inspect -f '{{range $name, $_ := .NetworkSettings.Networks}}Traefik in {{$name}} {{end}}' onebox-traefik`);
    const { directory } = stage.clone;
    const states = readdirSync(join(directory, ".onebox/state/onebox"), { recursive: true });
    return [...found.split("\n"), ...states.map((name) => `state ${name}`)]
      .filter(
        (line) => !/backup$|^state (preview|prod.tfstate)$|^.run.onebox.(stage|prod)$/.test(line),
      )
      .sort();
  }

  /** Presses the VM's reset button, and waits until it came up anew, and stage serves. */
  async reset(): Promise<void> {
    const cameUp = "systemctl show --property=UserspaceTimestampMonotonic";
    const before = await this.vm.run(cameUp);
    await this.vm.reset();
    const again = async () =>
      (await this.vm.run(cameUp)) !== before &&
      (await visit(this.address, stage.host, "/readyz")).status === 200;
    for (const end = Date.now() + 600_000; !(await again().catch(() => false)); await sleep(300)) {
      expect(Date.now(), "stage serves again").to.be.below(end);
    }
  }
}

export const scene: Scene = new Scene();
