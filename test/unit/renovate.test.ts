import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";

interface CustomManager {
  managerFilePatterns: string[];
  matchStrings: string[];
  datasourceTemplate?: string;
}

const read = (file: string) => readFileSync(join(root, file), "utf8");
const settings = JSON.parse(read(".github/renovate.json")) as {
  enabledManagers: string[];
  customManagers: CustomManager[];
  packageRules: { matchDepTypes?: string[]; matchPackageNames?: string[]; enabled?: boolean }[];
};
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root })
  .toString()
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));

/** The files that Renovate's own managers read by default, as its documentation lists them. */
const builtIn: Record<string, RegExp> = {
  npm: /(^|\/)package\.json$/,
  dockerfile: /(^|\/)(Dockerfile|Containerfile)[^/]*$|\.(Dockerfile|Containerfile)$/,
  "docker-compose": /(^|\/)(docker-)?compose[^/]*\.ya?ml$/,
  "github-actions": /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/,
  gomod: /(^|\/)go\.mod$/,
  pip_requirements: /(^|\/)[\w-]*requirements([-._]\w+)?\.(txt|pip)$/,
};

/** What the custom managers find in a file: each match's place and its groups. */
function found(file: string): { index: number; text: string; groups: Record<string, string> }[] {
  return settings.customManagers
    .filter((manager) =>
      manager.managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file)),
    )
    .flatMap((manager) =>
      manager.matchStrings.flatMap((text) =>
        [...read(file).matchAll(new RegExp(text, "g"))].map((match) => ({
          index: match.index,
          text: match[0],
          groups: { datasource: manager.datasourceTemplate ?? "", ...match.groups },
        })),
      ),
    );
}

const isRead = (file: string) =>
  settings.enabledManagers.some((manager) => builtIn[manager]?.test(file));

describe("renovate.json", () => {
  it("knows each version of toolchain/versions.env, with the place where newer ones are", () => {
    const file = "toolchain/versions.env";
    const matches = found(file);
    const pins = read(file)
      .split("\n")
      .filter((line) => /^\w+(_VERSION|_IMAGE)=/.test(line));
    expect(pins.length).to.be.greaterThan(9);
    for (const pin of pins) {
      const [key = "", value = ""] = pin.split(" ")[0]?.split("=") ?? [];
      const match = matches.find(({ text }) => text.includes(`${key}=`));
      expect(match, `${key} has no line for Renovate`).not.to.equal(undefined);
      expect(value.split(":").at(-1)).to.equal(match?.groups.currentValue);
      expect(match?.groups.datasource).to.match(
        /^(github-releases|terraform-provider|pypi|npm|docker)$/,
      );
    }
    for (const line of read(file).split("\n")) {
      if (/^\w+=\S*\d/.test(line)) expect(line).to.match(/^\w+(_VERSION|_IMAGE|_OLDEST)=/);
    }
  });

  it("knows each image by its version, wherever it stands", () => {
    const image =
      /(["' ]|image: |FROM (?:--\S+ )?)((?:debian|node|postgres|registry|traefik):v?\d+\.[\w.-]+)/g;
    let seen = 0;
    for (const file of files.filter((name) => !/\.(md|sum)$|^test\/unit\//.test(name))) {
      for (const [, , name] of read(file).matchAll(image)) {
        seen += 1;
        const custom = found(file).some(({ text }) => text.includes(name ?? ""));
        expect(isRead(file) || custom, `${file}: ${name}`).to.equal(true);
      }
    }
    expect(seen).to.be.greaterThan(10);
  });

  it("reads every file that pins packages, modules, actions or images", () => {
    const pinning =
      /(^|\/)(package\.json|go\.mod|[\w.-]*Dockerfile|[\w-]*compose[\w-]*\.ya?ml|requirements[\w-]*\.txt|Cargo\.toml|pyproject\.toml|Gemfile)$|^\.github\/workflows\//;
    const pinned = files.filter((file) => pinning.test(file));
    expect(pinned.length).to.be.greaterThan(20);
    for (const file of pinned) expect(isRead(file), file).to.equal(true);
  });

  it("follows the tools that Go modules build, which are indirect dependencies", () => {
    const rule = settings.packageRules.find((one) => one.matchDepTypes?.includes("indirect"));
    for (const file of files.filter((name) => /^toolchain\/[\w-]+\/go\.mod$/.test(name))) {
      for (const [, tool = ""] of read(file).matchAll(/^tool (\S+)$/gm)) {
        const module = rule?.matchPackageNames?.find((name) => tool.startsWith(name));
        expect(module, `${file}: ${tool}`).not.to.equal(undefined);
        expect(read(file)).to.match(new RegExp(`^\\s*(require )?${module} v`, "m"));
      }
    }
  });

  it("pins exactly: no range in any package.json", () => {
    for (const file of files.filter((name) => name.endsWith("package.json"))) {
      const { dependencies, devDependencies } = JSON.parse(read(file));
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        expect(version, `${file}: ${name}`).to.match(/^\d+\.\d+\.\d+(-[\w.]+)?$|^\*$/);
      }
    }
  });
});
