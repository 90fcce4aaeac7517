import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "../support/stage.ts";
import { app, secretsOfStage } from "../traffic/beside.ts";
import { startLoad } from "../traffic/load/load.ts";
import { clock } from "../traffic/load/plan.ts";
import type { Machine } from "./machine.ts";

const directory = "/root/floor";
const compose = `name: floor
services:
  app:
    ${app}
    networks: [stage, data]
networks:
  stage: { name: onebox-stage, external: true }
  data: { name: onebox-stage-data, external: true }
`;

/** Seconds of each part of a code-only change, done with bare commands. */
export type Floor = Record<"build" | "push" | "pull" | "start" | "total", number>;

/**
 * The least that a code-only change can take: build, push, pull and start until healthy, one command
 * after another, without a check or a switch. The release that serves is under the same load as in the
 * deploys that it is compared with: they share this computer.
 */
export async function measureFloor(
  stage: Stage,
  machine: Machine,
  repository: string,
  address: string,
): Promise<Floor> {
  const coded = Buffer.from(compose).toString("base64");
  await machine.there(
    `install -d ${directory}; ${secretsOfStage} >${directory}/app.env; echo ${coded} | base64 -d >${directory}/compose.yml`,
  );
  const commit = stage.changeText();
  const image = `${repository}:floor-${commit}`;
  const parts: [keyof Floor, () => Promise<string>][] = [
    ["build", () => machine.build(image, commit)],
    ["push", () => machine.push(image)],
    ["pull", () => machine.there(`docker pull --quiet ${image}`)],
    ["start", () => machine.there(up(image))],
  ];
  const floor: Floor = { build: 0, push: 0, pull: 0, start: 0, total: 0 };
  const load = startLoad({ address, host: stage.host });
  await sleep(3000);
  try {
    for (const [part, work] of parts) {
      const from = clock();
      await work();
      floor[part] = (clock() - from) / 1000;
      floor.total += floor[part];
    }
  } finally {
    await load.stop();
  }
  await machine.there(`cd ${directory}; IMAGE=none RELEASE=none docker compose down -t 1`);
  return floor;
}

const up = (image: string) =>
  `cd ${directory}; IMAGE=${image} RELEASE=floor docker compose --progress quiet up -d --wait`;
