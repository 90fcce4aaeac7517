import { loadProject } from "../project.ts";
import { type Access, openServerOf } from "../server.ts";
import type { Session } from "../session.ts";
import { setUp } from "../set-up.ts";
import { startEmptyCloud } from "./empty-cloud.ts";

/** Opens a cloud without machines in the place of the local one, which has not begun yet. It ends with the run. */
export async function openEmpty(session: Session): Promise<Access> {
  const project = await loadProject(session.root, session.configFile);
  await setUp(session, true, { cloud: "hetzner" });
  return openServerOf(session, project, {
    quiet: true,
    cloud: async (_session, { config, cloud }, _deploy, step) => {
      const { endpoint, token } = await startEmptyCloud(session, step);
      return { config, cloud: { ...cloud, endpoint }, token, zonesToken: token };
    },
  });
}
