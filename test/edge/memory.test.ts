import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { preview, standing } from "../../cli/release/environment.ts";
import { checkConfig } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { root } from "../../config/load.ts";
import { configWith } from "../fixtures/valid-config.ts";
import { label } from "../support/label.ts";

const config = checkConfig(configWith({ previews: { memory: "128m" } }), root);
const cloud = resolveCloud(config, root);
const scoreOf = ({ more }: ReturnType<typeof standing>) => Number(more.ONEBOX_OOM_SCORE);
const compose = load(
  readFileSync(join(root, "host/previews/compose.yml"), "utf8").replaceAll("!override", ""),
) as { services: { database: { oom_score_adj: number } } };

/** What the kernel is told of each, as the containers have it. */
const scores = {
  prod: scoreOf(standing(config, cloud, "prod")),
  stage: scoreOf(standing(config, cloud, "stage")),
  "the previews' database": compose.services.database.oom_score_adj,
  "a preview": scoreOf(preview(config, cloud, config.previews as never, "x")),
};
type Who = keyof typeof scores;

/** Megabytes that are there: some are the first one's, and the second takes more and more. */
const all = 500;
const program = `const { spawn } = require("node:child_process");
const take = (score, size, step) => spawn(process.execPath, ["-e", \`
  require("node:fs").writeFileSync("/proc/self/oom_score_adj", "\${score}");
  const held = [Buffer.alloc(\${size} * 1e6, 1)];
  console.log("holds");
  if (\${step}) setInterval(() => held.push(Buffer.alloc(\${step} * 1e6, 1)), 20);
  else setInterval(() => {}, 1000);
\`], { stdio: ["ignore", "pipe", "inherit"] });
const [dear, cheap, share] = process.argv.slice(1).map(Number);
const first = take(dear, ${all} * share, 0);
first.stdout.once("data", () => {
  const second = take(cheap, 10, 4);
  for (const [name, child] of Object.entries({ first, second }))
    child.once("exit", () => { console.log(name); process.exit(); });
});`;

/** Who is ended when there is no memory left: the first one, or the second. */
function ended(dear: Who, cheap: Who, share: number): string {
  const bounds = ["--memory", `${all}m`, "--memory-swap", `${all}m`, "--init"];
  const image = "node:24.21.0-trixie-slim";
  const run = ["run", "--rm", ...label(), ...bounds, image, "node", "-e", program];
  const args = [...run, `${scores[dear]}`, `${scores[cheap]}`, `${share}`];
  return execFileSync("docker", args, { encoding: "utf8" }).trim();
}

describe("when memory ends, the kernel", () => {
  const cases: [Who, Who, number][] = [
    ["prod", "stage", 0.65],
    ["prod", "the previews' database", 0.65],
    ["prod", "a preview", 0.75],
    ["stage", "a preview", 0.6],
    ["the previews' database", "a preview", 0.4],
  ];
  for (const [dear, cheap, share] of cases) {
    it(`ends ${cheap} before ${dear}, though that holds ${share * 100} % of it`, () => {
      expect(ended(dear, cheap, share)).to.equal("second");
    });
  }
});
