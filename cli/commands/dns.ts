import type { Command } from "commander";
import { describeAll } from "../dns/check.ts";
import { ExitError, RefusedError } from "../errors.ts";
import { keepsZones, loadProject } from "../project.ts";
import { describeNameservers, lookAtRecords } from "../records.ts";
import { lookAtVm } from "../server.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";

export function define(command: Command, invocation: Invocation): void {
  command
    .addHelpText(
      "after",
      "\nA deploy brings the zones that `dns.zones` names up to date; this command changes nothing. Exit\ncodes: 0 each record is there; 1 one is not, or something failed; 2 wrong usage or configuration.",
    )
    .action((options: CommonOptions) =>
      withSession(invocation, options, async (session) => {
        const { config } = await loadProject(session.root, session.configFile);
        if (config.dns === undefined) {
          throw new RefusedError("onebox.config.ts has no dns section; docs/dns.md explains it");
        }
        const { project, server, terraform } = await lookAtVm(session);
        const { address: ipv4, address6: ipv6 } = server;
        if (ipv6 === "") {
          throw new RefusedError(
            "the server was made before there was a dns section; run: scripts/deploy.sh stage",
          );
        }
        const findings = await lookAtRecords(project, { ipv4, ipv6 });
        const lines = describeAll(findings);
        if (keepsZones(project)) {
          const outputs = await terraform.outputs("dns", (text) => session.log.write(text));
          lines.push(...describeNameservers(outputs.nameservers));
        }
        for (const line of lines) session.print(line);
        if (findings.some(({ right }) => !right)) throw new ExitError(1);
      }),
    );
}
