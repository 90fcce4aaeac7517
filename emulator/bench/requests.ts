import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "../test/support/process.ts";
import { fill } from "./fill.ts";

const FEW = 1000;
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

const ms = (value: number) => `${value.toFixed(2)} ms`;

/** Fills clouds with servers and volumes, half each, and prints what requests cost then. */
export async function measureRequests(resources: number): Promise<void> {
  const titles = ["resources", "GET volume", "GET server", "list volumes", "list servers", "PUT"];
  console.log(row([...titles, "memory"]));
  for (const count of [FEW / 10, FEW, resources]) {
    const data = mkdtempSync(join(tmpdir(), "onebox-bench-"));
    try {
      console.log(row([String(count), ...(await measureOne(data, count))]));
    } finally {
      rmSync(data, { recursive: true });
    }
  }
  console.log(
    "\nTimes are medians; a list is one page of 50; a PUT is on disk when it is answered.",
  );
}

async function measureOne(data: string, count: number): Promise<string[]> {
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
    const page = (round: number) => `?per_page=50&page=${1 + (round % 10)}`;
    const labels = (round: number) => ({ labels: { n: String(round) } });
    return [
      ms(await median((round) => send("GET", `/volumes/${any(volumes, round)}`))),
      ms(await median((round) => send("GET", `/servers/${any(servers, round)}`))),
      ms(await median((round) => send("GET", `/volumes${page(round)}`), 100)),
      ms(await median((round) => send("GET", `/servers${page(round)}`), 100)),
      ms(
        await median((round) => {
          return send("PUT", `/volumes/${any(volumes, round)}`, labels(round));
        }, 100),
      ),
      `${Math.round(memory(child.pid ?? 0))} MB`,
    ];
  } finally {
    await kill();
  }
}

const row = (cells: string[]) => cells.map((cell) => cell.padStart(13)).join("");

/** Resident memory of a process, in MB. */
function memory(pid: number): number {
  const [, kilobytes] =
    /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}
