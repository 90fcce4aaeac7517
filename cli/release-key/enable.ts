import { join } from "node:path";
import { previewsRepository } from "../../config/previews.ts";
import { readReleaseKeys } from "../../config/release-keys.ts";
import type { EnvironmentName } from "../../config/schema.ts";
import { packRelease } from "../release/archive.ts";
import { writeFiles } from "../release/directory.ts";
import { preview } from "../release/environment.ts";
import { renderRelease } from "../release/files.ts";
import { gatherParts, readSalt } from "../release/parts.ts";
import { releaseIn } from "../release/release.ts";
import { SecretsError } from "../secrets/error.ts";
import { practiceKeyring } from "../secrets/private-directory.ts";
import { SecretStore } from "../secrets/store.ts";
import { readVariables } from "../secrets/unlock.ts";
import type { Access } from "../server.ts";
import type { Session } from "../session.ts";
import { servingIn } from "../vm/answers.ts";
import type { Vm } from "../vm/vm.ts";
import { sourceOf } from "./source.ts";

/** A branch that nobody has; what its slug names in the template, the VM renames (host/login/previewing.sh). */
const STAND_IN = "onebox-template-of-previews";
const keys = "/opt/onebox/bin/keys"; // host/login/keys
const nobody = { image: `sha256:${"0".repeat(64)}`, commit: "none" };

/**
 * Lets release keys go on from what a full deploy has brought: they may release another image while nothing else is new.
 * A deploy of stage brings the previews' template too.
 */
export async function enableKeys(
  session: Session,
  { project }: Pick<Access, "project">,
  vm: Vm,
  environment: EnvironmentName,
): Promise<void> {
  const { root } = session;
  const uses = readReleaseKeys(root).flatMap(({ uses }) => uses);
  if (uses.includes(environment)) {
    const { name } = releaseIn(servingIn(await vm.slots(), environment));
    const source = sourceOf(root, project, environment);
    await vm.run(`${keys} source ${environment} ${name} ${source}`);
  }
  const wanted = environment === "stage" && uses.includes("preview") && project.config.previews;
  if (wanted) await bringTemplate(session, project, vm);
}

async function bringTemplate(session: Session, project: Access["project"], vm: Vm): Promise<void> {
  const { root, secrets } = session;
  const { config, cloud } = project;
  if (config.previews === undefined) return;
  const environment = preview(config, cloud, config.previews, STAND_IN);
  const store = new SecretStore(root, await practiceKeyring(root, secrets));
  let text: Buffer = Buffer.alloc(0);
  try {
    if (store.has(".env.preview")) text = await store.decrypt(".env.preview");
  } catch (error) {
    if (!(error instanceof SecretsError)) throw error;
    // Stage is released already, and whoever does not read that file has done all they can.
    session.say(`  ! previews by a release key stay as they were: ${error.message}`);
    return;
  }
  const variables = readVariables(text, config, "preview");
  const parts = { ...gatherParts({ root, secrets, config, cloud }, environment), variables };
  const image = `${previewsRepository(cloud.repository)}@${nobody.image}`;
  const { files } = renderRelease(parts, { ...nobody, image }, { by: "nobody" }, readSalt(secrets));
  const directory = join(secrets, "template");
  writeFiles(directory, { ...files, source: `${sourceOf(root, project, "preview")}\n` });
  await vm.run(`${keys} template`, { input: packRelease(directory) });
}
