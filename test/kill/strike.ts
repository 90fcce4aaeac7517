import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { stage } from "../stage/use.ts";
import type { Kind, Point } from "./points.ts";
import { providers, terraforms } from "./processes.ts";
import { type Deploy, scene } from "./scene.ts";

/** Kills Terraform alone: deploy.sh lives on. */
function killTerraform(): void {
  const found = terraforms(stage.clone.directory);
  expect(found, "Terraform processes").to.have.length.above(0);
  for (const pid of found) process.kill(pid, "SIGKILL");
}

const unit = "onebox-release-stage";
/** It may have ended by itself. */
const killUnit = `systemctl kill -s KILL ${unit} || ! systemctl is-active -q ${unit}`;

/** Kills at once. */
async function killNow(kind: Kind, deploy: Deploy): Promise<void> {
  if (kind === "unit") await scene.vm.run(killUnit);
  else if (kind === "docker") await scene.vm.run("systemctl kill -s KILL docker");
  else if (kind === "machine") await scene.vm.reset();
  else if (kind === "terraform") killTerraform();
  else deploy.kill();
}

/** Runs a deploy of `image` into the point and returns when it has ended, as a string for the reader. */
export async function strike(point: Point, image: string): Promise<string> {
  const args = ["stage", "--image", image];
  if (point.of === "deploy") return strikeDeploy(point, args);
  if (point.kind === "terraform") await scene.pretendFailure();
  await scene.hold("stage", point.step);
  const deploy = scene.deploy(args);
  await scene.arrival("stage", point.step, deploy);
  if (point.after > 0) {
    await scene.letGo("stage");
    await sleep(point.after);
  }
  await killNow(point.kind, deploy);
  if (point.after === 0 && point.kind !== "machine") await scene.letGo("stage");
  const { code, output } = await deploy.ended;
  if (point.kind === "terraform") {
    expect(providers(stage.clone.directory), "providers that Terraform has left").to.deep.equal([]);
  }
  return `deploy.sh ended with ${code}:\n${output}`;
}

async function strikeDeploy(point: Point, args: string[]): Promise<string> {
  const before = scene.deploySteps[scene.deploySteps.indexOf(point.step) - 1];
  const sign = before === undefined ? "Onebox deploys" : `✓ ${before}`;
  let struck = false;
  const deploy = scene.deploy(args, (output) => {
    if (struck || !output.includes(sign)) return;
    struck = true;
    setTimeout(() => deploy.kill(), point.after);
  });
  const { code, output } = await deploy.ended;
  expect(struck, output).to.equal(true);
  return `deploy.sh ended with ${code}:\n${output}`;
}
