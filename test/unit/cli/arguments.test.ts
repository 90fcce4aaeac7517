import { expect } from "chai";
import { commands } from "../../../cli/commands.ts";
import { RefusedError } from "../../../cli/errors.ts";
import { makeCommand, runCommand } from "../../../cli/program.ts";
import type { Invocation } from "../../../cli/session.ts";

/** What a command prints, or why it refuses: before it opens anything, which it could not here. */
async function answerTo(name: string, args: string[]): Promise<string> {
  const entry = commands[name];
  if (entry === undefined) throw new Error(`there is no ${name}`);
  let printed = "";
  const stdout = { write: (text: string) => (printed += text) };
  const invocation = { program: `scripts/${name}.sh`, stdout } as unknown as Invocation;
  try {
    await runCommand(makeCommand(await entry.load(), entry.summary, invocation), args);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return error.message;
  }
  return printed;
}

describe("each command", () => {
  for (const name of Object.keys(commands)) {
    it(`${name} has a help whose lines fit, and refuses a mistyped option`, async () => {
      const help = await answerTo(name, ["--help"]);
      expect(help).to.match(new RegExp(`^Usage: scripts/${name}\\.sh `));
      for (const line of help.split("\n")) expect(line.length, line).to.be.at.most(120);
      expect(await answerTo(name, ["--confg", "x"])).to.match(
        /^unknown option --confg( \(did you mean --config\?\))?; see scripts\/.*\.sh --help$/,
      );
    });
  }
});

describe("what nobody can mean is refused", () => {
  const refusals: [string, string, string | RegExp][] = [
    ["deploy", "", "name what you mean: stage or prod"],
    ["deploy", "stage --canary 0", "--canary needs a share from 1 to 99 (percent)"],
    ["deploy", "stage --sticky", "--sticky belongs to --canary"],
    ["deploy", "stage --may-replace disk", "--may-replace needs server, address or volume"],
    ["deploy", "stage --image", /^--image needs REF; /],
    ["deploy", "stage --canary 5 --canary 50", "--canary is there twice; give it once"],
    ["deploy", "stge --may-replace server --may-replace volume", /^unknown environment "stge"/],
    ["cloud", "start --driver qemu --driver docker", "--driver is there twice; give it once"],
    ["deploy", "stage --wait=soon", "--wait needs seconds"],
    ["rollback", "stage --to latest", /^--to needs a release, as /],
    ["promote", "edge", 'unknown environment "edge": it is stage or prod'],
    ["logs", "stage --service db", /^--service needs app, database or traefik, not db; /],
    ["logs", "stage --since $(x)", "--since needs a time such as 10m"],
    ["logs", "edge --service app", /^the edge is Traefik; /],
    ["maintenance", "stage", "say on, off or status"],
    ["maintenance", "stage onn", 'unknown action "onn": it is on, off or status; did you mean on?'],
    ["maintenance", "on", "name what you mean: stage or prod"],
    ["maintenance", "on stge", /^unknown environment "stge": .*; did you mean stage\?$/],
    ["maintenance", "stage off --message x", /^--message, .* belong to on$/],
    ["maintenance", "stage status --retry-after 300", /^--message, .* belong to on$/],
    [
      "maintenance",
      "stage on --retry-after x --allow 1.2.3",
      /^--retry-after .*; --allow: "1\.2\.3" /,
    ],
    ["plan", "foo", 'unknown environment "foo": it is stage, prod or server'],
    ["plan", "stage --against main", '--against is about all stacks; "stage" is one too many'],
    ["preview", "", "say what to do: up, down or list"],
    ["preview", "upp", /; did you mean up\?$/],
    ["preview", "up --hours 0", "--hours needs a number from 1 to 8760"],
    ["preview", "up --json", "--json belongs to list"],
    ["preview", "down --hours 3", "--hours belongs to up"],
    ["preview", "down --image ghcr.io/x/y", "--image belongs to up"],
    ["preview", "list --wait", "--wait belongs to up and down"],
    ["preview", "list fix", 'list shows all previews; "fix" is one too many'],
    ["terraform", "stage", "name a command of Terraform, such as plan"],
    ["terraform", "foo plan", 'unknown environment "foo": it is stage, prod, server or dns'],
    ["webhook", "onn", /; did you mean on\?$/],
    ["destroy", "everything", 'unknown environment "everything": it is stage, prod or all'],
    ["image", "foo", /^unknown argument foo; /],
    ["image", "--json", "--json belongs to --describe"],
    ["image", "--context --describe x", /^--context and --describe exclude each other; /],
    ["image", "--branch x --describe", /^--branch and --describe exclude each other; /],
    ["image", "--archive a --branch x", /^--branch and --archive exclude each other; /],
    ["image", "--preview --context", /^--preview and --context exclude each other; /],
    ["image", "--describe x --commit abc", "--commit does not belong to --describe IMAGE"],
    ["release", "patch --push --print", /^--print and --push exclude each other; /],
    ["setup", "app --tests", /^--tests does not belong to app: /],
    ["setup", "hetzner --arm", /^--arm belongs to the local cloud: /],
    ["image", "--platforms windows", /^--platforms needs a list such as /],
    ["status", "foo", /^unknown argument foo; /],
    ["rotate", "database registry", /^one secret at a time; "registry" is one too many; /],
    ["restore", "prod --remove", /^--remove belongs to --into$/],
    [
      "restore",
      "prod --into x --remove --to 2025-01-01T00:00Z",
      /^--to does not belong to --remove$/,
    ],
    ["db", "prod shell --copy X", /^--copy needs a name as scripts\/restore\.sh --into takes it$/],
    ["db", "", "name what you mean: stage or prod"],
    ["db", "stage dump", "dump needs a file"],
    ["db", "stage size out", "size takes no file"],
    ["db", "stage upgrade prod", "upgrade takes no file"],
    ["db", "stage copy prod", /only to stage: scripts\/db\.sh prod copy stage$/],
    ["db", "prod copy", /only prod's data can be copied/],
    ["db", "prod load x --back", "--back belongs to upgrade"],
    ["db", "prod size --yes", "--yes belongs to load, copy and upgrade --back"],
    ["db", "prod upgrade --yes", "--yes belongs to load, copy and upgrade --back"],
    ["db", "prod load /dev/null --copy x", "--copy does not belong to load"],
    ["db", "prod upgrade --copy x", "--copy does not belong to upgrade"],
    ["db", "prod load /nowhere/x", "/nowhere/x is not there"],
    ["db", "prod dump /dev/null", "/dev/null is there already"],
    ["cloud", "storage-fault off", /^fault needs refuse, .* or none, not off; /],
    ["db", "prod dump -", "dump needs a file; ./- is one of that name"],
    ["db", "prod dump /nowhere/x", /there is no directory \/nowhere$/],
    ["db", "prod dump /tmp/nowhere/", /there is no directory \/tmp\/nowhere$/],
    ["db", "prod load /tmp", "/tmp is a directory"],
    ["backup", "stage", "say now, list, drill, prune or undelete"],
    ["backup", "list stage --full", "--full belongs to now"],
    ["backup", "now stage --login x", "--login belongs to prune and undelete"],
    ["backup", "undelete stage --login x", "undelete needs --since"],
    ["backup", "prune stage --since 2026-01-01T00:00:00Z", "--since belongs to undelete"],
    ["restore", "prod --into look --wait 5", "--wait does not belong to --into"],
    ["restore", "prod --into Look", /^--into needs a name of 1 to 20 lower-case letters/],
    ["image", "--archive a --push b", /^--push and --archive exclude each other; /],
    ["image", "--push b", "--push needs the whole --commit that the file was built of"],
    ["image", "--push b --commit abc", /^--push needs the whole --commit/],
    ["image", "--platforms linux/amd64,", /^--platforms needs a list such as /],
    ["members", "", "say what to do: list, add or remove"],
    ["members", "list a@b.c", "list takes no email"],
    ["members", "remove", "remove needs an email"],
    ["rotate", "databse", /^unknown secret "databse": it is .*; did you mean database\?$/],
    ["rotate", "", /^say what to rotate: host-ca, deploy-key, .*, all$/],
    ["cancel", "stage prod", /^a branch goes with preview: /],
    ["cancel", "preview", /^name the branch /],
  ];
  for (const [name, line, wanted] of refusals) {
    it(`${name} ${line}`, async () => {
      const said = await answerTo(name, line.split(" ").filter(Boolean));
      if (typeof wanted === "string") expect(said).to.equal(wanted);
      else expect(said).to.match(wanted);
    });
  }
});
