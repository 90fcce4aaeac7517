import type { OpenCloud } from "../cloud.ts";
import { RefusedError } from "../errors.ts";
import { ApiError, CloudApi } from "../hcloud/api.ts";
import { askObjects, type Missing, missingIn, type Objects } from "../hcloud/objects.ts";
import type { Step } from "../steps.ts";
import type { Terraform } from "../terraform/terraform.ts";
import { judgeObjects, whatStops } from "./objects.ts";
import { askOffer, type Findings, judgeOffer } from "./offer.ts";

/** What the Cloud API says of the configuration and of what is there. */
export interface ServerCheck extends Findings {
  objects: Objects;
  /** What Terraform's state lacks. */
  missing: Missing[];
  /** What a change of the server type does to visitors; undefined: there is none. */
  stops: string | undefined;
}

/**
 * Compares the configuration's server with what Hetzner offers and with what is there. Nothing is changed.
 *
 * @throws RefusedError when the API cannot be asked
 */
export async function checkServer(
  { config, cloud, token }: OpenCloud,
  terraform: Terraform,
  step: Step,
): Promise<ServerCheck> {
  step.progress("asking the Cloud API");
  const api = new CloudApi(cloud.endpoint, token);
  try {
    const [offer, objects] = await Promise.all([askOffer(api), askObjects(api, config.name)]);
    const missing = await missingInState(terraform, objects, config.name, step);
    const { problems, warnings } = judgeOffer(config.server, offer, objects.server);
    return {
      ...{ objects, missing, warnings, stops: whatStops(config, objects) },
      problems: [...judgeObjects(config, objects, missing), ...problems],
    };
  } catch (error) {
    if (error instanceof ApiError) throw new RefusedError(error.message, { cause: error });
    throw error;
  }
}

async function missingInState(
  terraform: Terraform,
  objects: Objects,
  app: string,
  step: Step,
): Promise<Missing[]> {
  const all = missingIn([], objects, app);
  if (all.length === 0) return [];
  await terraform.init("server", step.output);
  return missingIn(await terraform.resources("server"), objects, app);
}
