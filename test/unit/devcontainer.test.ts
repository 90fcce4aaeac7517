import { accessSync, constants, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { commands, testCommands } from "../../cli/toolchain/packages.ts";
import { root } from "../../config/load.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

// Those of https://containers.dev/implementors/json_reference/ that are used here.
const known = [
  "build",
  "forwardPorts",
  "hostRequirements",
  "init",
  "mounts",
  "name",
  "portsAttributes",
  "postStartCommand",
  "privileged",
  "remoteUser",
  "waitFor",
];

describe("the development container", () => {
  const settings = JSON.parse(
    read(".devcontainer/devcontainer.json").replaceAll(/^\s*\/\/.*$/gm, ""),
  );

  it("is described in the terms of its specification", () => {
    expect(Object.keys(settings).sort()).to.deep.equal(known);
    expect(settings).to.include({ privileged: true, waitFor: "postStartCommand" });
    for (const mount of settings.mounts) {
      expect(mount).to.match(/^source=onebox-\w+-\$\{devcontainerId\},target=\/\S+,type=volume$/);
    }
  });

  it("starts with programs that are there", () => {
    accessSync(join(root, ".devcontainer", settings.build.dockerfile), constants.R_OK);
    accessSync(join(root, settings.postStartCommand), constants.X_OK);
  });

  it("holds each package that scripts/setup.sh would install else", () => {
    const wanted = Object.values({ ...commands, ...testCommands }).filter((name) => name !== "npm"); // the image is Node's
    expect(wanted).to.include("git-secret").and.to.include("shellcheck");
    const installed = read(".devcontainer/Dockerfile").split(/\s+/);
    expect(installed).to.include.members([...wanted, "docker.io", "docker-cli"]);
  });
});
