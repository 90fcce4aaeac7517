import { provider as nullProvider, resource } from "@cdktf/provider-null";
import { Fn, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import type { Cloud } from "../config/cloud.ts";
import { releaseForms } from "../config/release-forms.ts";
import type { Config, EnvironmentName } from "../config/schema.ts";
import { connectionTo } from "./connection.ts";
import type { ServerStack } from "./server-stack.ts";
import { useState } from "./state.ts";

/** What an EnvironmentStack needs to know. */
interface EnvironmentStackProps {
  config: Config;
  cloud: Cloud;
  server: ServerStack;
  /** What it is an environment of: "preview" is one of many, each with a Terraform workspace of its own. */
  environment: EnvironmentName | "preview";
}

/** Each goes into a command on the VM, and nothing else than these forms does. */
const forms = {
  image: releaseForms.image,
  release: releaseForms.release,
  release_files: /^(none|\/.*\/[a-z0-9-]+[.][A-Za-z0-9]+)$/,
  slug: /^([a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?|none)$/,
};

/** One environment's release: its directory goes to the VM, and host/release/operate puts it to use. */
export class EnvironmentStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id);
    const { config, cloud, server } = props;
    const shared = props.environment === "preview";
    useState(this, cloud, config.name, shared);
    if (shared) {
      // cdktf looks for the server's state in the workspace of the same name.
      const server = "data.terraform_remote_state.cross-stack-reference-input-server";
      this.addOverride(`${server}.workspace`, "default");
    }
    new nullProvider.NullProvider(this, "null");
    const environment = shared
      ? `preview-${this.variable("slug", "The branch's name as a DNS label (config/previews.ts)")}`
      : props.environment;
    const image = this.variable("image", "Image reference with its digest");
    const release = this.variable("release", "Name of the release (cli/release/identity.ts)");
    const files = this.variable("release_files", "The release's directory, of a name of its own");
    const wait = new TerraformVariable(this, "wait", {
      type: "number",
      description: "How long to wait for another release, in seconds",
    });
    const inbox = "/opt/onebox/inbox";
    const delivered = `${inbox}/${Fn.basename(files)}`;
    const bin = "/opt/onebox/bin";
    new resource.Resource(this, "deployment", {
      triggers: { server: server.serverId, image, release },
      connection: connectionTo(this, server.address, environment),
      provisioners: [
        // `file` writes mode 0644 whatever the source's mode: the inbox keeps others out.
        { type: "file", source: files, destination: inbox },
        {
          type: "remote-exec",
          inline: [
            // A VM from before a release's name could come alone would take it for the release's files.
            `if [ ! -e ${bin}/survey ] && [ ! -e ${delivered}/compose.yml ]; then rm -rf ${delivered} && exit; fi`,
            `${bin}/operate ${environment} release --from ${delivered} --wait ${wait.stringValue}`,
          ],
        },
      ],
    });
  }

  /** A variable that takes values of its form only. */
  private variable(name: keyof typeof forms, description: string): string {
    const form = forms[name].source.replaceAll("\\/", "/");
    return new TerraformVariable(this, name, {
      type: "string",
      description,
      validation: [
        {
          condition: `\${can(regex(${JSON.stringify(form)}, var.${name}))}`,
          errorMessage: `This is no ${name}: it has another form than ${form}.`,
        },
      ],
    }).stringValue;
  }
}
