import type { Config } from "../../config/schema.ts";
import type { ReleaseRecord } from "../vm/releases.ts";
import type { Runner } from "./runner.ts";

/** What prod gets, or why it gets nothing. */
export type Choice = { image: string } | { nothing: string } | { refusal: string };

const isVersion = (ref: string) => /^refs\/tags\/v\d+\.\d+\.\d+$/.test(ref);

/**
 * Chooses prod's image by the way of release that the configuration names.
 *
 * @param stage what was done to stage, oldest first
 * @param commit the one that the run is for
 */
export function chooseRelease(
  way: Config["release"],
  { ref, event }: Pick<Runner, "ref" | "event">,
  stage: ReleaseRecord[],
  commit: string,
): Choice {
  if (way === "promote") {
    if (event !== "workflow_dispatch") {
      return { nothing: 'onebox.config.ts says release: "promote": a tag alone deploys nothing' };
    }
    const serving = stage.find((record) => record.serving);
    if (serving === undefined) return { refusal: "stage serves nothing that prod could take" };
    return { image: serving.image };
  }
  if (!isVersion(ref)) {
    return {
      refusal: `onebox.config.ts says release: "tag": run this for a version tag such as v1.2.0, not for ${ref}`,
    };
  }
  const served = stage.findLast(
    (record) =>
      record.commit === commit && record.result === "served" && record.action !== "canary",
  );
  if (served === undefined) {
    return {
      refusal: `stage has never served commit ${commit.slice(0, 7)}, so prod does not get it; let it reach stage first`,
    };
  }
  return { image: served.image };
}

/**
 * Chooses stage's image, which the run has pushed.
 *
 * @param later the commit that stage serves, where it holds the run's and more: runs may overtake each other
 */
export function chooseStage(image: string | undefined, later: string | undefined): Choice {
  if (!image) return { refusal: 'IMAGE is empty; the job "image" names what it pushed' };
  if (later === undefined) return { image };
  const how = "to roll back: scripts/rollback.sh stage";
  return { nothing: `stage serves a later commit already (${later}); ${how}` };
}
