import { readFileSync } from "node:fs";
import { expect } from "chai";
import { createApi } from "../../conformance/api.ts";
import type { Case } from "../../conformance/case.ts";
import { cases, WITHOUT_CASE } from "../../conformance/cases.ts";
import { Made } from "../../conformance/clean-up.ts";
import { costOf } from "../../conformance/cost.ts";
import { recorded } from "../../conformance/record.ts";
import { compare, readRecording } from "../../conformance/recording.ts";
import { runCases } from "../../conformance/run.ts";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { startDeviant } from "./deviant.ts";

describe("the conformance calls", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  const recording = readRecording();
  const ask = (endpoint: string, some: Case[] = cases) =>
    runCases(
      some,
      createApi(endpoint, cloud.token),
      (call, body) => compare(recording, call, body),
      new AbortController().signal,
    );
  const about = (...numbers: number[]) => cases.filter((one) => numbers.includes(one.assumption));

  it("have a case for every assumption of the documentation, or a reason", () => {
    const page = readFileSync(new URL("../../docs/assumptions.md", import.meta.url), "utf8");
    const numbers = [...page.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
    const covered = [
      ...cases.map((one) => one.assumption),
      ...Object.keys(WITHOUT_CASE).map(Number),
    ];
    expect(covered.sort((a, b) => a - b)).to.deep.equal(numbers);
    const reasons = readFileSync(new URL("../../docs/conformance.md", import.meta.url), "utf8");
    const table = [...reasons.matchAll(/^\| (\d+) +\| (.+?) +\|$/gm)].map(([, n, why]) => [n, why]);
    expect(Object.fromEntries(table)).to.deep.equal({ ...WITHOUT_CASE });
  });

  it("are answered by the emulator as expected, and nothing is left", async () => {
    const { differences, left, asked } = await ask(cloud.endpoint);
    expect(differences).to.deep.equal([]);
    expect(left).to.deep.equal([]);
    expect(asked).to.equal(cases.length);
    for (const kind of ["servers", "volumes", "networks", "zones", "certificates", "primary_ips"]) {
      expect((await cloud.api.get(`/${kind}`)).body[kind], kind).to.deep.equal([]);
    }
  });

  it("know what the emulator's answers look like: npm run record -w emulator", async () => {
    expect(await recorded()).to.deep.equal(recording);
  });

  it("tell apart an API that answers otherwise", async () => {
    const deviant = await startDeviant(cloud.endpoint, [
      {
        on: /^GET \/servers\?per_page=51/,
        change: (answer) => Object.assign(answer, { status: 400 }),
      },
      {
        on: /^DELETE \/volumes/,
        change: ({ body }) => body !== null && Object.assign(body.error, { code: "locked" }),
      },
      {
        on: /^GET \/primary_ips\/\d/,
        change: ({ body }) => {
          body.primary_ip.assignee_type = "server";
          body.primary_ip.id = String(body.primary_ip.id);
          delete body.primary_ip.blocked;
          body.primary_ip.colour = "red";
          body.more = true;
        },
      },
    ]);
    const { differences } = await ask(deviant.endpoint, about(1, 3, 36));
    await deviant.stop();
    const lines = differences.map((one) => [one.assumption, one.what, one.answered].join(" "));
    expect(lines.slice(0, -1)).to.have.members([
      "1 answer 400 invalid_input",
      "3 answer 422 locked",
      "36 shape more is new",
      "36 shape primary_ip: colour is new",
      "36 shape primary_ip: blocked is missing",
      "36 shape primary_ip: id is string, not number",
    ]);
    expect(lines.at(-1)).to.equal("36 primary_ip.assignee_type server");
  });

  it("notice an action that fails", async () => {
    const deviant = await startDeviant(cloud.endpoint, [
      {
        on: /^GET \/actions\//,
        change: ({ body }) =>
          Object.assign(body.action, { status: "error", error: { code: "no_luck", message: "" } }),
      },
    ]);
    const { differences } = await ask(deviant.endpoint, about(41));
    await deviant.stop();
    expect(differences.map(({ what, answered }) => `${what}: ${answered}`)).to.include(
      "create_server: error no_luck",
    );
  });

  it("go on with the next case after a call that nobody answers", async () => {
    const answering = createApi(cloud.endpoint, cloud.token);
    let calls = 0;
    const api: typeof answering = {
      ...answering,
      ask: (...call) =>
        ++calls === 1 ? Promise.reject(new Error("fetch failed")) : answering.ask(...call),
    };
    const outcome = await runCases(about(1, 10), api, () => [], new AbortController().signal);
    expect(
      outcome.differences.map(({ assumption, answered }) => [assumption, answered]),
    ).to.deep.equal([[1, "fetch failed"]]);
    expect([outcome.asked, calls]).to.deep.equal([2, 2]);
  });

  it("try again to remove what another one needs, and name what is left", async () => {
    const asked: string[] = [];
    const api = createApi(cloud.endpoint, cloud.token);
    const refusing = {
      ...api,
      ask: async (_: string, path: string) => {
        asked.push(path);
        const isNeeded = path === "/volumes/2" && asked.length < 3;
        return { status: isNeeded || path === "/servers/1" ? 423 : 204, body: null };
      },
    };
    const made = new Made();
    made.note("POST", "/servers", { id: 1 });
    made.note("POST", "/volumes", { id: 2 });
    made.note("POST", "/volumes/2/actions/attach", { id: 3 });
    made.note("POST", "/servers/1/actions/create_image", { id: 4 });
    expect(await made.remove(refusing, 2)).to.deep.equal(["/servers/1"]);
    const first = ["/images/4", "/volumes/2", "/servers/1"];
    expect(asked).to.deep.equal([...first, "/volumes/2", "/servers/1"]);
  });

  it("cost more when they make more", async () => {
    const { pricing } = (await cloud.api.get("/pricing")).body;
    const server = costOf(about(41), pricing);
    expect(costOf(about(1, 11, 20), pricing)).to.equal(0);
    expect(server).to.be.greaterThan(0);
    expect(costOf(about(3), pricing)).to.be.greaterThan(server);
    expect(costOf(cases, pricing)).to.be.within(server * 10, 5);
  });
});
