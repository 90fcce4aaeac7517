import { expect } from "chai";
import { ciCommands } from "../../../cli/ci/commands.ts";
import { RefusedError } from "../../../cli/errors.ts";
import { makeCommand, runCommand } from "../../../cli/program.ts";
import type { Invocation } from "../../../cli/session.ts";

/** What a step of a workflow writes, or why it refuses: before it opens anything, which it could not here. */
async function answerTo(name: string, args: string[], environment: object): Promise<string> {
  const entry = ciCommands[`ci/${name}`];
  if (entry === undefined) throw new Error(`there is no ${name}`);
  let written = "";
  const stdout = { write: (text: string) => (written += text) };
  const program = `scripts/ci/${name}.sh`;
  const invocation = { program, stdout, environment } as unknown as Invocation;
  try {
    await runCommand(makeCommand(await entry.load(), entry.summary, invocation), args);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return error.message;
  }
  return written;
}

const run = { GITHUB_REPOSITORY: "you/onebox", GITHUB_REF: "refs/heads/main" };

describe("a step of a workflow", () => {
  for (const name of Object.keys(ciCommands)) {
    it(`${name} explains itself`, async () => {
      const help = await answerTo(name.replace("ci/", ""), ["--help"], {});
      expect(help).to.match(new RegExp(`^Usage: scripts/${name}\\.sh `));
    });
  }

  const refusals: [string, string, object, RegExp][] = [
    ["comment", "", {}, /^name the file with the text; see scripts\/ci\/comment\.sh --help$/],
    ["comment", "plan.md", {}, /^PULL_REQUEST has to be a number$/],
    ["comment", "plan.md", { PULL_REQUEST: "7; id" }, /^PULL_REQUEST has to be a number$/],
    ["comment", "plan.md", { PULL_REQUEST: "7" }, /^GITHUB_REPOSITORY is not set;/],
    ["plan", "", { BASE: "abc" }, /^name the file that takes the text;/],
    ["plan", "plan.md", { BASE: "" }, /^BASE is empty;/],
    ["preview", "", {}, /^say what to do: choose or bring$/],
    ["preview", "choose file", {}, /^"file" is one argument too many$/],
    ["preview", "bring", {}, /^name the file that takes the text;/],
    ["preview-image", "biuld image.tar", {}, /^say what to do: build or push$/],
    ["preview-image", "push", {}, /^name the file;/],
    ["scan", "", {}, /^name the report;/],
    ["scan-running", "", run, /^GITHUB_EVENT_NAME is not set; this is a step of a workflow$/],
    ["unlock", "", { ONEBOX_RELEASE_KEY: "{}" }, /^ONEBOX_RELEASE_KEY is not what /],
  ];
  for (const [name, line, environment, why] of refusals) {
    it(`${name} ${line} is refused for ${JSON.stringify(environment)}`, async () => {
      expect(await answerTo(name, line.split(" ").filter(Boolean), environment)).to.match(why);
    });
  }

  const quiet: [string, object, RegExp][] = [
    ["unlock", {}, /^::notice::no secret ONEBOX_GPG_KEY: .*\nready=false\n$/],
    ["unlock", { ONEBOX_GPG_KEY: "" }, /\nready=false\n$/],
    ["sign", { IMAGE: "x@sha256:0" }, /^::notice::no secret ONEBOX_SIGNING_KEY, or no image/],
    ["sign", { ONEBOX_SIGNING_KEY: "x" }, /^::notice::no secret ONEBOX_SIGNING_KEY, or no image/],
  ];
  for (const [name, environment, said] of quiet) {
    it(`${name} does nothing, and says so, for ${JSON.stringify(environment)}`, async () => {
      expect(await answerTo(name, [], environment)).to.match(said);
    });
  }
});
