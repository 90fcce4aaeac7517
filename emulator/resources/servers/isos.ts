import { z } from "zod";
import { find, known, isos as offered, serverTypes } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { invalidField, notFound, parse } from "../../errors.ts";
import type { Server } from "../../store/records.ts";
import { idOrName } from "../fields.ts";
import type { Post } from "./route.ts";

/** attach_iso and detach_iso. The machine sees nothing of it: it has no drive. */
export function isos(post: Post, { actions }: Cloud): void {
  const done = (command: string, server: Server) =>
    actions.done(command, { id: server.id, type: "server" });

  post("attach_iso", (server, context) => {
    const wish = parse(z.object({ iso: idOrName }), context.request.body);
    const iso = find(offered, wish.iso);
    if (iso === undefined) throw notFound("ISO", wish.iso);
    const { architecture } = known(serverTypes, server.server_type);
    if (iso.architecture !== null && iso.architecture !== architecture) {
      throw invalidField("iso", `is for ${iso.architecture}, the server is not`);
    }
    server.iso = iso.id;
    return done("attach_iso", server);
  });

  post("detach_iso", (server) => {
    server.iso = null;
    return done("detach_iso", server);
  });
}
