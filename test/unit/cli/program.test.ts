import { expect } from "chai";
import type { Command } from "commander";
import type { CommandModule } from "../../../cli/commands.ts";
import { RefusedError } from "../../../cli/errors.ts";
import { takeEnvironment, takeVerbose, takeWait } from "../../../cli/options.ts";
import { makeCommand, overview, runCommand, unknownCommand } from "../../../cli/program.ts";
import type { Invocation } from "../../../cli/session.ts";

/** What a command was given, or why it refused, or what it printed. */
async function given(args: string[], define: CommandModule["define"]) {
  let printed = "";
  let found: unknown;
  const stdout = { write: (text: string) => (printed += text) };
  const invocation = { program: "scripts/try.sh", stdout } as unknown as Invocation;
  const command = makeCommand({ define }, "Tries.", invocation);
  command.action((...values: unknown[]) => {
    found = values.slice(0, -1);
  });
  try {
    await runCommand(command, args);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return error.message;
  }
  return found ?? printed;
}

const define = (command: Command) => {
  takeEnvironment(command, ["edge"]);
  takeWait(takeVerbose(command, "Docker's")).option("--json", "for machines");
};

describe("a command", () => {
  const see = "see scripts/try.sh --help";
  const cases: [string[], unknown][] = [
    [
      ["stage", "--json"],
      ["stage", { json: true }],
    ],
    [
      ["--wait", "stage"],
      ["stage", { wait: 600 }],
    ],
    [
      ["--wait", "5", "stage"],
      ["stage", { wait: 5 }],
    ],
    [["stage", "--wait", "-1"], "--wait needs seconds"],
    [["stage", "--wait", "10m"], "--wait needs seconds"],
    [["stage", "--config", ""], "--config is empty; say what is meant, or leave it out"],
    [
      ["stage", "--wait"],
      ["stage", { wait: 600 }],
    ],
    [
      ["--config", "a b.ts", "prod"],
      ["prod", { config: "a b.ts" }],
    ],
    [["stge"], 'unknown environment "stge": it is stage, prod or edge; did you mean stage?'],
    [["sta\tge"], 'unknown environment "sta?ge": it is stage, prod or edge; did you mean stage?'],
    [["stage", "prod"], `one environment at a time; "prod" is one too many; ${see}`],
    [["--jsno"], `unknown option --jsno (did you mean --json?); ${see}`],
    [["--quite-different"], `unknown option --quite-different; ${see}`],
    [["--config", "a.ts", "stage", "--config=b.ts"], "--config is there twice; give it once"],
    [["stage", "--wait", "--wait", "5"], "--wait is there twice; give it once"],
    [
      ["stage", "--json", "--json"],
      ["stage", { json: true }],
    ],
    [["stage", "--config"], `--config needs FILE; ${see}`],
    [["stage", "--wait=soon"], "--wait needs seconds"],
  ];
  for (const [args, expected] of cases) {
    it(`takes "${args.join(" ")}"`, async () => {
      expect(await given(args, define)).to.deep.equal(expected);
    });
  }

  it("leaves what stands behind -- as it is", async () => {
    const branch = (command: Command) =>
      takeWait(command).argument("[action]").argument("[branch]");
    const read = (...args: string[]) => given(args, branch);
    expect(await read("up", "--wait", "--", "--wait")).to.deep.equal([
      "up",
      "--wait",
      { wait: 600 },
    ]);
    expect(await read("up", "--", "-")).to.deep.equal(["up", "-", {}]);
    expect(await read("up", "")).to.match(/^branch is empty; /);
    expect(await read("up", "--", "a", "b")).to.equal(
      `one branch at a time; "b" is one too many; ${see}`,
    );
  });

  it("leaves the --wait of a program that it only passes on", async () => {
    const ssh = (command: Command) => command.argument("[COMMAND...]").passThroughOptions();
    const words = ["cloud-init", "status", "--wait"];
    expect(await given(words, ssh)).to.deep.equal([words, {}]);
  });

  it("names what it does not take", async () => {
    expect(await given(["x"], () => {})).to.equal(`unknown argument x; ${see}`);
  });

  it("explains itself", async () => {
    const text = await given(["--help"], define);
    expect(text).to.match(/^Usage: scripts\/try\.sh stage\|prod\|edge \[options\]\n\nTries\.\n/);
    for (const option of ["--config <FILE>", "--verbose", "--wait [SECONDS]", "-h, --help"]) {
      expect(text).to.include(`  ${option} `);
    }
  });
});

describe("the program", () => {
  it("lists every command, and suggests one for a mistyped word", () => {
    expect(overview()).to.match(/^ {2}status +Shows what each environment serves\.$/m);
    expect(unknownCommand("deplyo").message).to.include("did you mean deploy?");
    expect(unknownCommand("constructor").message).to.equal(
      "unknown command constructor; see onebox --help",
    );
  });
});
