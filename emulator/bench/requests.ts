import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "../test/support/process.ts";
import { fill } from "./fill.ts";
import type { Goal } from "./goals.ts";

const FEW = 100;
const SOME = 2000; // 1000 volumes, 1000 servers
const ROUNDS = 500;

type Send = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ status: number; body: string }>;

/** A client on connections that stay open, as lean as can be: it is not what is measured. */
function createSend(endpoint: string, token: string): Send {
  const agent = new Agent({ keepAlive: true });
  const headers = { Authorization: `Bearer ${token}` };
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const asked = request(endpoint + path, { agent, method, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => {
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString() });
        });
      });
      asked.on("error", reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

/** The middle one of the times that requests take one after the other, in ms. */
async function median(work: (round: number) => Promise<unknown>, rounds = ROUNDS): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work(round);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

/** What one cloud costs; times in ms, memory in MB. */
interface Costs {
  volume: number;
  server: number;
  page: number;
  serverPage: number;
  thousand: number;
  change: number;
  memory: number;
}

const ms = (value: number) => `${value.toFixed(2)} ms`;

/** Fills clouds with servers and volumes, half each, and prints what requests cost then. */
export async function measureRequests(resources: number): Promise<Goal[]> {
  const titles = ["GET volume", "GET server", "list volumes", "list servers", "1000 volumes"];
  console.log(row(["resources", ...titles, "PUT", "memory"]));
  const all: Costs[] = [];
  for (const count of [FEW, SOME, resources]) {
    const data = mkdtempSync(join(tmpdir(), "onebox-bench-"));
    try {
      const costs = await measureOne(data, count);
      const { memory: held, ...times } = costs;
      console.log(row([`${count}`, ...Object.values(times).map(ms), `${Math.round(held)} MB`]));
      all.push(costs);
    } finally {
      rmSync(data, { recursive: true });
    }
  }
  console.log(
    "\nTimes are medians. A list is one page of 50, 1000 volumes are up to 20 such pages one after the " +
      "other;\na PUT is on disk when it is answered.",
  );
  const [few, some, many] = all as [Costs, Costs, Costs];
  const among = `among ${resources} resources`;
  return [
    { what: `a GET by id ${among}`, measured: many.server, below: 2, unit: "ms" },
    {
      what: `the same, compared with ${FEW} resources`,
      measured: many.server / few.server,
      below: 2,
      unit: "times",
    },
    { what: "a page of a list of 1000", measured: some.serverPage, below: 20, unit: "ms" },
    { what: "a list of 1000, all its pages", measured: some.thousand, below: 20, unit: "ms" },
    { what: `memory with ${resources} resources`, measured: many.memory, below: 150, unit: "MB" },
  ];
}

async function measureOne(data: string, count: number): Promise<Costs> {
  await fill(data, count);
  const { endpoint, token, child, kill } = await launch(data);
  try {
    const send = createSend(endpoint, token);
    const some = async (plural: string): Promise<number[]> => {
      const { body } = await send("GET", `/${plural}?per_page=50&sort=id:desc`);
      return JSON.parse(body)[plural].map(({ id }: { id: number }) => id);
    };
    const [volumes, servers] = [await some("volumes"), await some("servers")];
    const any = (list: number[], round: number) => list[round % list.length];
    const pages = Math.min(20, Math.ceil(count / 2 / 50));
    const page = (number: number) => `?per_page=50&page=${1 + (number % pages)}`;
    const thousand = async () => {
      for (let number = 0; number < pages; number++) await send("GET", `/volumes${page(number)}`);
    };
    const change = (round: number) =>
      send("PUT", `/volumes/${any(volumes, round)}`, { labels: { n: String(round) } });
    return {
      volume: await median((round) => send("GET", `/volumes/${any(volumes, round)}`)),
      server: await median((round) => send("GET", `/servers/${any(servers, round)}`)),
      page: await median((round) => send("GET", `/volumes${page(round)}`), 100),
      serverPage: await median((round) => send("GET", `/servers${page(round)}`), 100),
      thousand: await median(thousand, 20),
      change: await median(change, 100),
      memory: memory(child.pid ?? 0),
    };
  } finally {
    await kill();
  }
}

const row = (cells: string[]) => cells.map((cell) => cell.padStart(14)).join("");

/** Resident memory of a process, in MB. */
function memory(pid: number): number {
  const [, kilobytes] =
    /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}
