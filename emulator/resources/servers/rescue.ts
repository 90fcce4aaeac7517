import { z } from "zod";
import type { Cloud } from "../../cloud.ts";
import { notFound, parse } from "../../errors.ts";
import type { Rescue, Server } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { id } from "../fields.ts";
import { newPassword } from "./password.ts";
import type { Post } from "./route.ts";

/** A rescue system that nobody has started within this time is disabled. */
const MINUTES = 60;

const schema = z.object({
  type: z.literal("linux64").optional(),
  ssh_keys: z.array(id).nullish(),
});

/** The rescue system that the server's next start leads into, if any. */
export function rescueOf({ clock }: Cloud, server: Server): Rescue | null {
  const rescue = server.rescue ?? null;
  if (rescue === null) return null;
  return clock.now().getTime() - Date.parse(rescue.enabled) < MINUTES * 60_000 ? rescue : null;
}

/** enable_rescue and disable_rescue: they take effect when the server starts again. */
export function rescue(post: Post, { store, actions, clock }: Cloud): void {
  const done = (command: string, server: Server) =>
    actions.done(command, { id: server.id, type: "server" });

  post("enable_rescue", (server, context) => {
    const wish = parse(schema, context.request.body);
    const public_keys = (wish.ssh_keys ?? []).map((key) => {
      const known = store.tables.ssh_keys.get(key);
      if (known === undefined) throw notFound("SSH key", key);
      return known.public_key;
    });
    const root_password = newPassword();
    server.rescue = { enabled: timestamp(clock), public_keys, root_password };
    return { action: done("enable_rescue", server), root_password };
  });

  post("disable_rescue", (server) => {
    server.rescue = null;
    return done("disable_rescue", server);
  });
}
