import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { rmSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import type { z } from "zod";
import { selfSigned } from "../../certificates/issue.ts";
import { everyRoute, type Route } from "../../endpoints/routes.ts";
import { startCloud, type TestCloud, temporaryDirectory } from "../support/cloud.ts";
import { publicKey } from "../support/keys.ts";
import { createRandom } from "../support/random.ts";
import { bodies, junk, mutated } from "./bodies.ts";
import { encoded } from "./encodings.ts";
import { createMemory } from "./memory.ts";
import { createSender, type Reply, type Sender } from "./sender.ts";

const REQUESTS = Number(process.env.ONEBOX_FUZZ ?? 3000);
const SEED = Number(process.env.ONEBOX_SEED ?? Date.now() % 1_000_000);
const CROWD = 75; // servers
const METRICS = "start=2026-01-01T00:00:00Z&end=2026-01-02T00:00:00Z";
const PAIR = selfSigned(["fuzz.test"], new Date());
const LOOK_AGAIN = 250; // requests between two looks at what there is

describe(`${REQUESTS} generated requests (ONEBOX_SEED=${SEED})`, function () {
  this.timeout(60_000 + REQUESTS * 30);
  const data = temporaryDirectory();
  const random = createRandom(SEED);
  const routes = everyRoute();
  const memory = createMemory();
  const schemas = new Map<Route, z.core.$ZodType>();
  const arbitraries = new Map<Route, fc.Arbitrary<unknown>>(); // of the values that exist now
  const untouched = new Set(routes);
  const statuses = new Map<number, number>();
  let crowded = false;
  let cloud: TestCloud;
  let sender: Sender;

  before(async () => {
    cloud = await startCloud({ data });
    sender = createSender(cloud.endpoint, cloud.token);
  });
  after(async () => {
    sender.close();
    await cloud.stop();
    rmSync(data, { recursive: true });
  });

  const sample = <T>(from: fc.Arbitrary<T>): T =>
    fc.sample(from, { seed: random.below(2 ** 31), numRuns: 1 })[0] as T;

  const fetched = async (path: string) => {
    const { status, text } = await sender.send("GET", path);
    const body = JSON.parse(text);
    if (status === 200) memory.learn(body);
    return body;
  };

  /** Looks at what there is now, and forgets what is gone. */
  async function look(): Promise<void> {
    memory.forget();
    arbitraries.clear();
    for (const { method, path } of routes) {
      if (method !== "GET" || !/^\/\w+$/.test(path)) continue;
      await fetched(`${path}?per_page=50&page=${1 + random.below(3)}`);
      await fetched(`${path}?per_page=5&sort=id:desc`);
      await fetched(`${path}/actions?sort=id:desc`);
    }
    for (const box of memory.values("storage_boxes").slice(-4)) {
      await fetched(`/storage_boxes/${box}/snapshots`);
      await fetched(`/storage_boxes/${box}/subaccounts`);
    }
    for (const zone of memory.values("zones").slice(-4)) await fetched(`/zones/${zone}/rrsets`);
    const { meta } = await fetched("/servers?per_page=1");
    crowded = meta.pagination.total_entries > CROWD;
    memory.learn({ public_key: [publicKey(), publicKey()], ...PAIR, password: "Secret-123456" });
  }

  /** A path with values in it: mostly such that exist. */
  function filled(route: Route): string {
    const plural = route.path.split("/")[1] ?? "";
    const pairs = memory.pairs(plural);
    const known = random.next() < 0.9;
    const path = route.path.replace(/:id\/(actions\/:action|rrsets\/:name\/:type)/, (all, rest) => {
      if (!known || pairs.length === 0) return all;
      const [id, ...parts] = random.pick(pairs).split("/").map(encodeURIComponent);
      return `${id}/${rest.split("/")[0]}/${parts.join("/")}`;
    });
    const inner = path.replace(/:id\/(snapshots|subaccounts)\/:part/, (all, kind) => {
      const parts = memory.within(kind);
      if (!known || parts.length === 0) return all;
      return random.pick(parts).replace("/", `/${kind}/`);
    });
    return inner.replace(/:(\w+)/g, (_, name) => {
      const values = memory
        .values(name === "id" ? plural : name)
        .filter((one) => typeof one === "number" || plural === "zones");
      const value = known && values.length > 0 ? random.pick(values) : sample(junk);
      return encodeURIComponent(typeof value === "object" ? "x" : String(value).toWellFormed());
    });
  }

  function query(route: Route): string {
    if (route.method !== "GET" || random.next() < 0.3) return "";
    const keys = ["page", "per_page", "sort", "name", "label_selector", "status", "id", "type"];
    const values = ["1", "0", "50", "51", "name:desc", "id", "a=b", "a in (b", "running", "x"];
    const pairs = Array.from({ length: random.below(4) }, () => {
      const value = random.next() < 0.3 ? sample(junk) : random.pick(values);
      return `${random.pick(keys)}=${encodeURIComponent(String(JSON.stringify(value)).toWellFormed())}`;
    });
    if (route.path.endsWith("/metrics")) {
      pairs.push(METRICS, route.path.startsWith("/servers") ? "type=cpu" : "type=open_connections");
    }
    return `?${pairs.join("&").replaceAll("%22", "")}`;
  }

  function content(route: Route): Buffer | string | undefined {
    if (route.method !== "POST" && route.method !== "PUT") return undefined;
    const schema = schemas.get(route);
    const fit =
      arbitraries.get(route) ??
      (schema === undefined ? fc.constant({}) : bodies(schema, memory.values));
    if (schema !== undefined) arbitraries.set(route, fit);
    const chance = random.next();
    if (chance < 0.6) return JSON.stringify(sample(fit));
    if (chance < 0.9) return JSON.stringify(sample(mutated(fit))) ?? "";
    if (chance < 0.95) return JSON.stringify(sample(junk)) ?? "";
    return Buffer.from(sample(fc.uint8Array({ maxLength: 40 })));
  }

  /** What must be true of every answer, whatever was asked. */
  function judge({ status, type, text }: Reply): string | null {
    if (status >= 500) return `status ${status}`;
    if (text === "") return status === 204 ? null : `status ${status} without a body`;
    if (!type.startsWith("application/json")) return `content type ${type}`;
    const { error } = JSON.parse(text);
    if (status < 400)
      return error === undefined || error === null ? null : "an error of status 200";
    if (typeof error?.code !== "string" || typeof error.message !== "string")
      return "no error code";
    if (/zod|expected .* received|Invalid input:|Too (small|big):/.test(text)) {
      return "the validator's own words";
    }
    if (error.code !== "invalid_input") return null;
    return Array.isArray(error.details?.fields) ? null : "invalid_input without fields";
  }

  async function ask(route: Route): Promise<void> {
    const path = filled(route) + query(route);
    const raw = content(route);
    const { body, headers } = raw === undefined ? { body: raw } : encoded(raw, random);
    const learn = (schema: unknown) => schemas.set(route, schema as z.core.$ZodType);
    subscribe("onebox:parse", learn);
    const reply = await sender.send(route.method, path, body, headers);
    unsubscribe("onebox:parse", learn);
    if (reply.status < 300) untouched.delete(route);
    if (reply.status < 300 && reply.text !== "" && route.method !== "GET") {
      memory.learn(JSON.parse(reply.text));
    }
    statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
    const problem = judge(reply);
    if (problem !== null) {
      throw new Error(
        `${problem}: ${route.method} ${path} ${JSON.stringify(headers ?? {})} ${raw ?? ""}\n${reply.text}`,
      );
    }
  }

  it("are all answered, by no 500, and invalid_input always names fields", async () => {
    const creations = routes.filter((r) => r.method === "POST" && /^\/\w+$/.test(r.path));
    const deletes = routes.filter(({ method }) => method === "DELETE");
    for (let n = 0; n < REQUESTS; n++) {
      if (n % LOOK_AGAIN === 0) await look();
      const route = random.pick(routes);
      // Things are deleted less often than made, until there are many.
      if (deletes.includes(route) && !crowded && random.next() < 0.7) continue;
      await ask(route);
      if (n % 3 === 0) await ask(random.pick(creations));
    }
    const counted = [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([code, times]) => `${code}: ${times}`);
    if (process.env.ONEBOX_FUZZ !== undefined) {
      for (const { method, path } of untouched) console.log(`      never done: ${method} ${path}`);
    }
    console.log(`      ${schemas.size} schemas; ${counted.join(", ")}`);
    expect(statuses.get(200) ?? 0).to.be.greaterThan(REQUESTS / 50);
    expect(statuses.get(201) ?? 0).to.be.greaterThan(REQUESTS / 100);
    expect(statuses.get(422) ?? 0).to.be.greaterThan(REQUESTS / 50);
  });

  it("leave a state that the next start reads, and that is the same", async () => {
    const everything = async () => {
      const answers = [];
      for (const { method, path } of routes) {
        if (method !== "GET" || !/^\/\w+$/.test(path) || path === "/actions") continue;
        answers.push(path, (await cloud.api.get(`${path}?per_page=50&sort=id`)).body);
      }
      return answers;
    };
    const before = await everything();
    await cloud.stop();
    cloud = await startCloud({ data });
    sender = createSender(cloud.endpoint, cloud.token);
    expect(await everything()).to.deep.equal(before);
  });
});
