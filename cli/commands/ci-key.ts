import type { Command } from "commander";
import { loadProject } from "../project.ts";
import { checkCiKey, makeCiKey } from "../secrets/ci-key.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";
import { refusing } from "./secrets.ts";

const notes = `
The private half goes to standard output and nowhere else, so that has to be a pipe or a file. Make it a
secret of the environments stage and prod, not of the repository, which every branch's workflow reads:
  gh secret set ONEBOX_GPG_KEY --env stage <key.asc
  gh secret set ONEBOX_GPG_KEY --env prod <key.asc
Then remove the file, and commit what changed (.gitsecret and the .env*.gpg files). A second run is refused:
to change the key, run "scripts/members.sh remove NAME" first. Exit codes: 0 done; 1 failed; 2 nothing was changed.`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("[NAME] >key.asc")
    .argument("[NAME]", "what git-secret lists it as", "ci@onebox.invalid")
    .addHelpText("after", notes)
    .action((name: string, options: CommonOptions) =>
      withSession(invocation, options, async (session) => {
        const { root, steps } = session;
        const { stdout } = invocation;
        await refusing(() => checkCiKey(root, name, Boolean(stdout.isTTY)));
        const { config } = await loadProject(root, session.configFile);
        stdout.write(await steps.run("key", () => makeCiKey(session, config, name)));
        session.say(
          `  next: git add '.gitsecret*' '.env*.gpg' && git commit -m "Let the pipeline read the secrets"`,
        );
      }),
    );
}
