import { cpSync, lstatSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Clone } from "../support/clone.ts";

/** What an action finds: the commit of its run, a directory, and a place for what jobs hand on. */
export interface ActionPlace {
  clone: Clone;
  sha: string;
  artifacts: string;
}

type Action = (place: ActionPlace, inputs: Record<string, string>) => void;

/** Grype's database of vulnerabilities is only on the network; this is its report of an image without any. */
const nothingFound = JSON.stringify({ matches: [] });

/** What the actions of our workflows leave behind for the steps after them. */
const actions: Record<string, Action> = {
  "actions/checkout": ({ clone, sha }, { ref }) => {
    clone.git("clean", "--quiet", "--force", "-d");
    clone.git("checkout", "--quiet", "--detach", ref ?? sha);
  },
  "actions/upload-artifact": ({ clone, artifacts }, { name = "", path = "" }) => {
    rmSync(join(artifacts, name), { recursive: true, force: true });
    for (const file of path.split("\n").filter(Boolean)) {
      const from = resolve(clone.directory, file);
      // Of a directory the action takes what is in it, so that its name is not part of the artifact's paths.
      const to = lstatSync(from).isDirectory() ? "" : basename(file);
      cpSync(from, join(artifacts, name, to), { recursive: true, verbatimSymlinks: true });
    }
  },
  "actions/download-artifact": ({ clone, artifacts }, { name = "", path = "." }) => {
    const to = resolve(clone.directory, path);
    cpSync(join(artifacts, name), to, { recursive: true, verbatimSymlinks: true });
  },
  "anchore/sbom-action": ({ clone }, inputs) => {
    writeFileSync(join(clone.directory, inputs["output-file"] ?? ""), JSON.stringify(inputs));
  },
  "anchore/scan-action": ({ clone }, inputs) => {
    writeFileSync(join(clone.directory, inputs["output-file"] ?? ""), nothingFound);
  },
  // They prepare a runner or speak to GitHub alone: nothing that a later step reads.
  "actions/cache": () => {},
  "actions/attest": () => {},
  "docker/setup-qemu-action": () => {},
  "docker/setup-buildx-action": () => {},
};

/**
 * Does what an action does for the steps after it.
 *
 * @throws Error when nobody has said here what that would be
 */
export function act(name: string, place: ActionPlace, inputs: Record<string, string>): void {
  const action = actions[name];
  if (action === undefined) throw new Error(`test/pipeline/actions.ts does not know ${name}`);
  action(place, inputs);
}
