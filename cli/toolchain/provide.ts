import { loadConfig } from "../../config/load.ts";
import { cacheDirectory } from "../environment.ts";
import { RefusedError } from "../errors.ts";
import { readObjects } from "../local-cloud/objects-login.ts";
import { Processes } from "../processes.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { armIsHere, provideArm } from "./arm.ts";
import { dockerAnswers, provideDocker } from "./docker.ts";
import {
  type ImageName,
  imageNames,
  imageOf,
  imagesAreHere,
  provideImage,
  provideServerImage,
  serverImageIsHere,
} from "./images.ts";
import type { Kit } from "./kit.ts";
import { installPackages, mayInstall, missingPackages } from "./packages.ts";
import { type Part, provideBeside } from "./parts.ts";
import { provideProviders, providersAreHere } from "./providers.ts";
import { readSystem } from "./system.ts";
import { provideTerraform, terraformIsHere } from "./terraform.ts";
import { builders, clients, linters, scanner } from "./test-tools.ts";
import { provideVersitygw, versitygwIsHere } from "./versitygw.ts";

/** What is wanted of the tools. */
export interface Wish {
  /** undefined: as the configuration says. */
  cloud?: "local" | "hetzner" | undefined;
  /** Also what scripts/test.sh calls. */
  tests?: boolean;
  /** Also the local cloud's object storage, whether there is one or not. */
  objects?: boolean;
  /** Also what servers for ARM need, which the driver qemu translates. */
  arm?: boolean;
}

/** Seconds that a part has for ending when another one has failed. */
const PATIENCE = 3;

/**
 * Provides what is missing, and says so.
 *
 * @param quiet whether nothing is said when nothing is missing
 */
export async function setUpTools(session: Session, wish: Wish, quiet: boolean): Promise<void> {
  const started = performance.now();
  const made = await provideTools(session, wish);
  if (!made && quiet) return;
  session.steps.conclude("setup", made ? "all of it" : "everything is here", started);
}

async function provideTools(session: Session, wish: Wish): Promise<boolean> {
  const { root, environment } = session;
  const processes = new Processes(environment, PATIENCE);
  const cache = cacheDirectory(environment);
  const system = await readSystem(processes, environment);
  const kit: Kit = { root, cache, environment, processes, system };
  return provideBeside(session, kit, partsOf(session, kit, wish));
}

/**
 * All parts, and what each waits for. Programs that Go builds come one after another: a build takes all cores by itself,
 * and what it shares with the next one is then there.
 */
function partsOf(session: Session, kit: Kit, wish: Wish): Part[] {
  const { steps } = session;
  const { system } = kit;
  const { tests = false, objects = false, arm = false } = wish;
  // Where packages can't be installed, what the user has to do by hand is said first: nothing begins beside it.
  const needs = (...programs: string[]) => {
    if (!mayInstall(system)) return ["packages", "docker"];
    return programs.every(system.find) ? [] : ["packages"];
  };
  const part = (
    name: string,
    after: string[],
    isHere: Part["isHere"],
    provide: (step: Step) => Promise<void>,
  ): Part => ({
    ...{ name, after, isHere },
    provide: () => steps.beside(name, provide),
  });
  const image = (name: ImageName, ...after: string[]) =>
    part(
      name,
      after,
      async () =>
        !(await isLocal()) || (await allImages()) || imagesAreHere(kit, imageOf(kit.root, name)),
      (step) => provideImage(kit, name, step),
    );
  const forTests = (name: string, tool: typeof linters, ...after: string[]) =>
    part(
      name,
      after,
      () => !tests || tool.isHere(kit),
      (step) => tool.provide(kit, step),
    );
  const isLocal = once(() => wantsLocal(session, wish, system.name));
  // Asked for at once: nearly always they are all there.
  const allImages = once(async () => {
    const images = imageNames.map((name) => imageOf(kit.root, name));
    const all = [imagesAreHere(kit, ...images), serverImageIsHere(kit)];
    return (await Promise.all(all).catch(() => [false])).every(Boolean);
  });
  const wantsObjects = once(
    async () => tests || objects || ((await isLocal()) && (await hasObjects(session))),
  );
  const missing = () => missingPackages(kit, tests);
  return [
    part(
      "packages",
      [],
      async () => (await missing()).length === 0,
      async (step) => {
        const packages = await missing();
        await installPackages(kit, packages, step);
        step.note = packages.join(" ");
      },
    ),
    part(
      "docker",
      ["packages"],
      async () => ((await isLocal()) && (await allImages())) || dockerAnswers(kit),
      (step) => provideDocker(kit, step),
    ),
    part(
      "terraform",
      needs("curl", "unzip"),
      () => terraformIsHere(kit),
      (step) => provideTerraform(kit, step),
    ),
    part(
      "providers",
      ["terraform", ...needs("go")],
      () => providersAreHere(kit, Date.now()),
      (step) => provideProviders(kit, step),
    ),
    image("debian", "docker"),
    image("node", "debian"),
    image("postgres", "debian"),
    image("registry", "debian"),
    part(
      "server",
      ["debian"],
      async () => !(await isLocal()) || (await allImages()) || serverImageIsHere(kit),
      (step) => provideServerImage(kit, step),
    ),
    image("traefik", "debian", "providers"),
    part(
      "arm",
      ["debian"],
      async () => !arm || armIsHere(kit),
      (step) => provideArm(kit, step),
    ),
    forTests("linters", linters, "packages", "providers"),
    forTests("clients", clients, "linters"),
    forTests("builders", builders, "clients", "traefik"),
    part(
      "objects",
      ["builders"],
      async () => !(await wantsObjects()) || versitygwIsHere(kit),
      (step) => provideVersitygw(kit, step),
    ),
    forTests("scanner", scanner, "packages"),
  ];
}

/** Whether the cloud is the local one. A configuration with problems wants nothing: who called this reports them. */
async function wantsLocal(session: Session, { cloud }: Wish, system: string): Promise<boolean> {
  const wanted = cloud ?? (await configuredCloud(session));
  if (wanted !== "local") return false;
  if (system === "Linux") return true;
  throw new RefusedError('the local cloud needs Linux; on this system use cloud: "hetzner"');
}

async function configuredCloud({ configFile }: Session): Promise<string | undefined> {
  try {
    return (await loadConfig(configFile)).cloud;
  } catch {
    return undefined;
  }
}

/** Whether backups need object storage, or the local cloud has some already. */
async function hasObjects({ root, configFile }: Session): Promise<boolean> {
  try {
    if (readObjects(root) !== undefined) return true;
    return (await loadConfig(configFile)).backups !== undefined;
  } catch {
    return false;
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => (known ??= work());
}
