import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "../test/support/process.ts";

const FEW = 1000;
const ROUNDS = 500;
const CLIENTS = 4;

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

/** Fills a cloud with servers and volumes, half each, and prints what requests cost on the way. */
export async function measureRequests(resources: number): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "onebox-bench-"));
  const { endpoint, token, child, kill } = await launch(data);
  try {
    const send = createSend(endpoint, token);
    const ids = { servers: [] as number[], volumes: [] as number[] };
    const make = async (n: number) => {
      const plural = n % 2 === 0 ? "servers" : "volumes";
      const server = {
        server_type: "cx23",
        image: "docker-ce",
        public_net: { enable_ipv4: false },
      };
      const body = plural === "servers" ? server : { size: 10, location: "fsn1" };
      const answer = await send("POST", `/${plural}`, { name: `n-${n}`, ...body });
      if (answer.status !== 201) throw new Error(answer.body);
      ids[plural].push(JSON.parse(answer.body)[plural.slice(0, -1)].id);
    };
    let made = 0;
    const fill = async (until: number) => {
      const client = async () => {
        while (made < until) await make(made++);
      };
      await Promise.all(Array.from({ length: CLIENTS }, client));
    };
    const any = (list: number[], round: number) => list[(round * 7919) % list.length];
    const measure = async () => [
      made.toString(),
      ms(await median((round) => send("GET", `/volumes/${any(ids.volumes, round)}`))),
      ms(await median((round) => send("GET", `/servers/${any(ids.servers, round)}`))),
      ms(
        await median((round) => send("GET", `/volumes?per_page=50&page=${1 + (round % 10)}`), 100),
      ),
      ms(
        await median((round) => send("GET", `/servers?per_page=50&page=${1 + (round % 10)}`), 100),
      ),
      ms(
        await median((round) => {
          return send("PUT", `/volumes/${any(ids.volumes, round)}`, {
            labels: { n: String(round) },
          });
        }, 100),
      ),
      `${Math.round(memory(child.pid ?? 0))} MB`,
    ];
    const titles = [
      "resources",
      "GET volume",
      "GET server",
      "list volumes",
      "list servers",
      "PUT",
      "memory",
    ];
    console.log(row(titles));
    for (const until of [FEW / 10, FEW, resources]) {
      await fill(until);
      console.log(row(await measure()));
    }
    console.log(
      "\nTimes are medians; a list is one page of 50; a PUT is on disk when it is answered.",
    );
  } finally {
    await kill();
    rmSync(data, { recursive: true });
  }
}

const row = (cells: string[]) => cells.map((cell) => cell.padStart(13)).join("");

/** Resident memory of a process, in MB. */
function memory(pid: number): number {
  const [, kilobytes] =
    /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}
