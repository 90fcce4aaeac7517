import { inAscii } from "../../config/previews.ts";
import { namePreview } from "../preview/name.ts";
import { renderMoment } from "../preview/render.ts";
import { loadProject } from "../project.ts";
import { checkRelease } from "../release/release.ts";
import type { Session } from "../session.ts";
import { whoWorks } from "../who.ts";
import { Gate } from "./gate.ts";
import type { Pass } from "./pass.ts";
import { nameIn, see } from "./release.ts";
import { sourceOf } from "./source.ts";

/** What is put up. */
interface Up {
  branch: string;
  image: string;
  commit?: string;
  /** undefined: as long as the configuration says. */
  hours?: number | undefined;
}

/** Puts a branch's preview up, of an image that is there, by a key that may do nothing else. */
export async function putUpByKey(
  session: Session,
  { branch, image, commit = "unknown", hours }: Up,
  pass: Pass,
): Promise<void> {
  const project = await loadProject(session.root, session.configFile);
  const { slug, environment, host, settings } = namePreview(project, branch);
  session.print(`Onebox puts up ${slug}, by a release key`);
  const gate = new Gate(session, pass);
  const expires = Math.floor(Date.now() / 1000) + (hours ?? settings.hours) * 3600;
  const by = await whoWorks(session);
  const source = sourceOf(session.root, project, "preview");
  const said = await session.steps.run("preview", async (step) => {
    const words = ["up", slug, inAscii(branch), image, commit, `${expires}`, by, source];
    const said = await gate.ask("preview", words, step);
    step.note = `until ${renderMoment(expires)}`;
    return said;
  });
  const release = checkRelease({ name: nameIn(said), image, commit });
  const { address } = pass;
  await see(session, { project, environment, hosts: [host], release, address, guarded: true });
}

/** Takes a branch's preview down, by such a key. */
export async function takeDownByKey(session: Session, branch: string, pass: Pass): Promise<void> {
  const { slug } = namePreview(await loadProject(session.root, session.configFile), branch);
  session.print(`Onebox takes down ${slug}, by a release key`);
  const gate = new Gate(session, pass);
  const by = await whoWorks(session);
  await session.steps.run("preview", async (step) => {
    await gate.ask("preview", ["down", slug, by], step);
    step.note = "nothing of it is left";
  });
}
