import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parseOptions } from "../../conformance/options.ts";
import { startCloud, type TestCloud, temporaryDirectory } from "../support/cloud.ts";
import { MAIN } from "../support/process.ts";

describe("onebox-cloud conformance", () => {
  const directory = temporaryDirectory();
  const token = join(directory, "token");
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
    writeFileSync(token, `${cloud.token}\n`);
  });
  after(async () => {
    await cloud.stop();
    rmSync(directory, { recursive: true });
  });

  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [MAIN, "conformance", ...args]);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => {
        output += text;
      });
    }
    const ended = once(child, "close").then(([code]) => ({ code: code as number, output }));
    return { child, ended };
  };
  const against = (...more: string[]) => ["--against", cloud.endpoint, ...more];

  for (const [title, args, words] of [
    ["an unknown option", ["--what"], "--what"],
    ["a URL that is none", ["--against", "here"], "--against must be"],
    ["a limit of costs for an emulator of its own", ["--max-cost", "5"], "--against must be"],
    ["no token", ["--against", "http://x", "--max-cost", "5"], "--token-file"],
    ["no limit of costs", ["--against", "http://x", "--token-file", token], "--max-cost"],
    [
      "an amount that is none",
      ["--against", "http://x", "--token-file", token, "--max-cost", "much"],
      "--max-cost",
    ],
    [
      "a token's file that is not there",
      ["--against", "http://x", "--token-file", "/nowhere", "--max-cost", "5"],
      "ENOENT",
    ],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(() => parseOptions([...args])).to.throw(words);
    });
  }

  it("refuses to begin when the calls may cost more than is allowed, and makes nothing", async () => {
    const { code, output } = await start(...against("--token-file", token, "--max-cost", "0.01"))
      .ended;
    expect(output).to.match(/^onebox-cloud: the calls may cost \d+\.\d\d EUR, more than 0\.01\n$/);
    expect(code).to.equal(2);
    expect(cloud.lines.some((line) => line.includes('"POST"'))).to.equal(false);
  });

  it("removes what it made after Ctrl-C", async () => {
    const { child, ended } = start(...against("--token-file", token, "--max-cost", "5"));
    const made = () => cloud.lines.some((line) => /"POST".*"\/v1\/servers".*201/.test(line));
    while (!made() && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGINT");
    const { code, output } = await ended;
    expect(output)
      .to.contain("interrupted")
      .and.match(/\d+ of \d+ cases asked/);
    expect(code).to.equal(1);
    for (const kind of ["servers", "volumes", "primary_ips", "networks", "floating_ips"]) {
      expect((await cloud.api.get(`/${kind}`)).body[kind], kind).to.deep.equal([]);
    }
  });

  it("asks an emulator of its own, and finds no difference", async () => {
    const { code, output } = await start().ended;
    expect(output).to.match(/^\d+ of \d+ cases asked, 0 differences\n$/);
    expect(code).to.equal(0);
  });
});
