import type { Command } from "commander";
import { Job } from "../../ci/job.ts";
import { Git } from "../../git/git.ts";
import { checkRelease } from "../../release/release.ts";
import { SIGNING_KEY, signImage } from "../../release-key/sign.ts";
import { type CommonOptions, type Invocation, withSession } from "../../session.ts";

const notes = `
Environment: IMAGE, by digest, which the job before has built of the commit that is checked out; ONEBOX_SIGNING_KEY
(scripts/release-key.sh NAME --for signer makes it). Output: signature; none without the key, or without an image.`;

export function define(command: Command, invocation: Invocation): void {
  command.addHelpText("after", notes).action((options: CommonOptions) => {
    const { IMAGE: image, [SIGNING_KEY]: key } = invocation.environment;
    const job = new Job(invocation);
    if (!image || !key)
      return job.notice(`no secret ${SIGNING_KEY}, or no image: nothing is signed`);
    return withSession(invocation, options, async (session) => {
      const commit = await new Git(session.root, session.processes).run(["rev-parse", "HEAD"]);
      checkRelease({ name: "none", image, commit });
      job.output("signature", await signImage(session, key, { image, commit }));
    });
  });
}
