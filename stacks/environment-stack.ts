import { readFileSync } from "node:fs";
import { provider as nullProvider, resource } from "@cdktf/provider-null";
import { TerraformStack, TerraformVariable, Token } from "cdktf";
import type { Construct } from "constructs";
import type { Cloud } from "../config/cloud.ts";
import type { Config, EnvironmentName } from "../config/schema.ts";
import { connectionTo } from "./connection.ts";
import { renderReleaseEnv } from "./release-env.ts";
import type { ServerStack } from "./server-stack.ts";
import { useState } from "./state.ts";

/** What an EnvironmentStack needs to know. */
export interface EnvironmentStackProps {
  config: Config;
  cloud: Cloud;
  server: ServerStack;
  /** What it is an environment of: stage, prod, or whatever branch it is told of. */
  kind: (variable: Variable) => Kind;
  /** Whether many share the stack, each with a Terraform workspace of its own. */
  shared: boolean;
}

/** Gives a stack a variable and returns the expression that stands for its value. */
export type Variable = (
  name: string,
  description: string,
  options?: { type?: string; pattern?: RegExp },
) => string;

/** What a registry or the VM has told goes into commands on the VM: nothing else than these forms does. */
const patterns = {
  image: /^(none|[a-z0-9][a-z0-9.:/_-]*@sha256:[0-9a-f]{64})$/,
  release: /^(none|[0-9a-f]{12}-[0-9a-f]{4})$/,
  commit: /^(none|unknown|([0-9a-f]{40}|[0-9a-f]{64})(-dirty)?)$/,
  by: /^[A-Za-z0-9@._+-]*$/,
};

/** How stage and prod differ from a preview. */
export interface Kind {
  /** Name of the environment; may hold Terraform expressions, as all others may. */
  environment: string;
  /** Host name that scripts ask it by. */
  host: string;
  settings: Pick<Config["environments"][EnvironmentName], "memory" | "standby">;
  /** Further lines of release.env. */
  more: Record<string, string | number>;
  /** Files that it brings beside docker-compose.yml: name here by name there. */
  files: Record<string, string>;
  /** Renders its files for Traefik. */
  routes: (release: string, canary: { weight: string; rest: string }) => string;
}

/** One environment's release: its files on the VM and the run of host/release that puts them to use. */
export class EnvironmentStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id);
    const { config, cloud, server, shared } = props;
    useState(this, cloud, config.name, shared);
    if (shared) {
      // cdktf looks for the server's state in the workspace of the same name.
      const server = "data.terraform_remote_state.cross-stack-reference-input-server";
      this.addOverride(`${server}.workspace`, "default");
    }
    new nullProvider.NullProvider(this, "null");
    const variable: Variable = (name, description, { type = "string", pattern } = {}) =>
      new TerraformVariable(this, name, {
        type,
        description,
        ...(pattern && { validation: [validation(name, pattern)] }),
      }).stringValue;

    const image = variable("image", "Image reference with its digest", {
      pattern: patterns.image,
    });
    const release = variable(
      "release",
      "Name of the release: 12 digits of the digest, 4 of a hash",
      { pattern: patterns.release },
    );
    const canary = new TerraformVariable(this, "canary", {
      type: "number",
      description: "A canary's share in percent; 0 for a release that gets it all",
    }).numberValue;
    const { environment, host, settings, more, files, routes } = props.kind(variable);
    const env = renderReleaseEnv(
      {
        app: config.app,
        ...{ settings, environment, host, image, release },
        commit: variable("commit", "Commit that the image was built from", {
          pattern: patterns.commit,
        }),
        by: variable("by", "Who deploys, for the history", { pattern: patterns.by }),
        canary: Token.asString(canary),
        canaryWay: variable("canary_way", "The canary's way: canary or canary-sticky"),
      },
      more,
    );
    const rest = variable("canary_rest", "What a canary leaves, in percent");

    const secretFiles = variable(
      "secret_files",
      "Directory, named after the environment, with environment.json and Docker's config.json",
    );
    const wait = variable("wait", "How long to wait for another release, in seconds", {
      type: "number",
    });

    const own = `/opt/onebox/env/${environment}`;
    const write = (name: string, text: string) =>
      `cat >$incoming/${name} <<'ONEBOX'\n${text}ONEBOX`;
    new resource.Resource(this, "deployment", {
      // The release's name is a hash of all its files, the secret ones and these provisioners included.
      triggers: { server: server.serverId, image, release },
      connection: connectionTo(this, server.address),
      // Each provisioner is a connection of its own, and takes as long as one: so there are two.
      provisioners: [
        // `file` writes mode 0644 whatever the source's mode: the inbox keeps others out.
        { type: "file", source: secretFiles, destination: "/opt/onebox/inbox" },
        {
          type: "remote-exec",
          inline: [
            "set -e",
            // scripts/deploy.sh may run this itself, with an inbox of its own.
            `if [ -z "$inbox" ]; then inbox=/opt/onebox/inbox/${environment}; fi`,
            `incoming=${own}/incoming.$$`,
            `install -d -m 0700 ${own}`,
            "mv $inbox $incoming",
            ...Object.entries({ "docker-compose.yml": "compose.yml", ...files }).map(([from, to]) =>
              write(to, literally(readFileSync(from, "utf8"))),
            ),
            write("release.env", env),
            write("routes", routes(release, { weight: Token.asString(canary), rest })),
            `/opt/onebox/bin/operate ${environment} release --from $incoming --wait ${wait}`,
          ],
        },
      ],
    });
  }
}

/** Terraform's refusal of a variable's value that has another form. */
function validation(name: string, { source }: RegExp) {
  return {
    condition: `\${can(regex(${JSON.stringify(source.replaceAll("\\/", "/"))}, var.${name}))}`,
    errorMessage: `This is no ${name}: it has another form than ${literally(source)}.`,
  };
}

/** Keeps Terraform from taking a text's "${…}" for its own. */
function literally(text: string): string {
  return text.replace(/[$%](?=\{)/g, "$&$&");
}
