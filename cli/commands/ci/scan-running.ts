import { join } from "node:path";
import type { Command } from "commander";
import { keepIssueAbout } from "../../ci/issues.ts";
import { Job } from "../../ci/job.ts";
import { readRunner } from "../../ci/runner.ts";
import { readImages } from "../../ci/running.ts";
import { holdScan, parseReport, readBudget } from "../../ci/scan.ts";
import { type CommonOptions, type Invocation, withSession } from "../../session.ts";

const notes = `
The issue is opened when an image is over the budget of .github/vulnerability-budget.json, updated while one is, and
closed when none is. Environment: IMAGES, as scripts/ci/running.sh hands it over; GRYPE, the program; GITHUB_TOKEN;
REGISTRY, REGISTRY_USER and REGISTRY_PASSWORD, the login that images of that registry, and no other, are read with.
Exit codes: 0 scanned, whatever was found; 1 an image could not be scanned; 2 wrong usage.`;

export function define(command: Command, invocation: Invocation): void {
  command.addHelpText("after", notes).action(async (options: CommonOptions) => {
    const { environment, root } = invocation;
    const { GRYPE = "grype", REGISTRY = "", REGISTRY_USER, REGISTRY_PASSWORD } = environment;
    const runner = readRunner(environment);
    const budget = readBudget(join(root, ".github/vulnerability-budget.json"));
    const today = new Date().toISOString().slice(0, 10);
    const login = {
      GRYPE_REGISTRY_AUTH_AUTHORITY: REGISTRY,
      GRYPE_REGISTRY_AUTH_USERNAME: REGISTRY_USER,
      GRYPE_REGISTRY_AUTH_PASSWORD: REGISTRY_PASSWORD,
    };
    const texts: string[] = [];
    let over = false;
    await withSession(invocation, options, async ({ processes }) => {
      for (const image of readImages(environment.IMAGES ?? "")) {
        // Grype would show the login to every registry.
        const env = REGISTRY !== "" && image.startsWith(`${REGISTRY}/`) ? login : {};
        const args = [`registry:${image}`, "--quiet", "--output", "json"];
        const { stdout } = await processes.run(GRYPE, args, { env });
        const { withinBudget, text } = holdScan(parseReport(image, stdout), budget, today);
        texts.push(`# \`${image}\`\n\n${text}`);
        over ||= !withinBudget;
      }
    });
    const all = texts.join("\n\n");
    const job = new Job(invocation);
    job.summarise(all);
    const done = await keepIssueAbout("scan", over ? all : undefined, runner);
    invocation.stdout.write(`issue: ${done}\n`);
    if (over) job.warn("what runs has known vulnerabilities; see the issue");
  });
}
