import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { temporaryDirectory } from "../support/cloud.ts";
import { publicKey } from "../support/keys.ts";
import { createTerraform } from "../terraform/support/terraform.ts";
import { python, room, run } from "./support/programs.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PAGES = ["README.md", "docs/clients.md", "docs/control.md"]
  .map((page) => readFileSync(join(ROOT, "emulator", page), "utf8"))
  .join("\n");
const blocks = [...PAGES.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
  language,
  text: text ?? "",
}));

/** The one block in this language that has these words. */
function block(language: string, words: string): string {
  const found = blocks.filter((b) => b.language === language && b.text.includes(words));
  if (found.length !== 1) throw new Error(`${found.length} blocks of ${language} with '${words}'`);
  return found[0]?.text ?? "";
}

/** Runs what the emulator's pages tell their readers to, word for word, in a home of their own. */
describe("the documentation", () => {
  const home = temporaryDirectory();
  let cloud: ChildProcess;
  before("start a cloud as it says, without machines", async () => {
    mkdirSync(join(home, ".ssh"));
    writeFileSync(join(home, ".ssh/id_ed25519.pub"), publicKey());
    const line = block("sh", "npx onebox-cloud --data")
      .split("\n")
      .find((text) => text.includes("api-only"));
    const options = { cwd: ROOT, env: { ...process.env, HOME: home }, detached: true };
    cloud = spawn("bash", ["-c", `exec ${line}`], options);
    const started = new Promise<void>((resolve) => {
      createInterface({ input: cloud.stdout as NodeJS.ReadableStream }).on("line", (text) => {
        if (text.startsWith("listening at")) resolve();
      });
    });
    await Promise.race([started, once(cloud, "exit").then(() => expect.fail("it ended"))]);
  });
  after(async () => {
    const ended = once(cloud, "exit");
    process.kill(-(cloud.pid as number)); // npx, and what it runs
    await ended;
    rmSync(home, { recursive: true });
  });

  /** Runs a block in a shell that knows the cloud; returns what it printed. */
  const shell = async (text: string): Promise<string> => {
    const script = `set -euo pipefail; cd '${ROOT}'; ${block("sh", "control ~/cloud env")}\n${text}`;
    const { code, output } = await run("bash", ["-c", script], { HOME: home });
    expect(code, output).to.equal(0);
    return output;
  };
  const here = async () => {
    const words = await shell('echo "$HCLOUD_ENDPOINT $HCLOUD_TOKEN"');
    const [HCLOUD_ENDPOINT = "", HCLOUD_TOKEN = ""] = words.trim().split(" ");
    return { HCLOUD_ENDPOINT, HCLOUD_TOKEN };
  };

  it("has an example for the hcloud command", async () => {
    const lines = block("sh", "hcloud server create").split("\n");
    const withoutMachine = lines.filter((line) => !line.startsWith("hcloud server ssh"));
    await shell(withoutMachine.join("\n"));
    expect(await shell("hcloud server list")).to.match(/web +running/);
  });

  it("has an example for Terraform", async () => {
    const directory = join(home, "terraform");
    mkdirSync(directory);
    writeFileSync(join(directory, "main.tf"), block("hcl", "provider"));
    const { HCLOUD_ENDPOINT: endpoint, HCLOUD_TOKEN: token } = await here();
    const terraform = createTerraform({ endpoint, token }, directory);
    await terraform.run("init", "-no-color");
    await terraform.apply();
    expect((await terraform.observe("plan")).changes).to.deep.equal([]);
    await terraform.apply("-destroy");
  });

  it("has an example for Python", async () => {
    const { code, output } = await run(python(), ["-c", block("python", "hcloud")], await here());
    expect(code, output).to.equal(0);
    expect(output).to.match(/^127\.77\.\d+\.\d+\n$/);
  });

  it("has an example for Go, which the tests in Go run", () => {
    const lines = block("go", "hcloud.NewClient").replace(/^(?=.)/gm, "\t");
    expect(readFileSync(join(room("go"), "docs_test.go"), "utf8")).to.contain(lines);
  });

  it("has an example for curl", async () => {
    expect(await shell(block("sh", "curl -H"))).to.contain('"servers"');
  });

  it("has an example for dig", async () => {
    expect(await shell(block("sh", "dig @"))).to.match(/^www\.shop\.test\..*\sA\s203\.0\.113\.5$/m);
  });

  it("has examples for faults", async () => {
    await shell(block("sh", "fault lost_answer"));
    expect(await shell("hcloud server list -o columns=labels")).to.contain("changed=yes");
    expect(await shell("npx onebox-cloud-control ~/cloud fault list")).to.equal("");
  });
});
