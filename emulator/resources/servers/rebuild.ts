import { z } from "zod";
import { known, serverTypes } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { ApiError, parse } from "../../errors.ts";
import { startOn } from "../../work/work.ts";
import { idOrName } from "../fields.ts";
import { assertFits, findImage } from "../images.ts";
import { userData } from "./create.ts";
import { newPassword } from "./password.ts";
import type { Post } from "./route.ts";

const schema = z.object({ image: idOrName, user_data: userData });

/** rebuild: the server keeps its id, addresses, volumes and keys, and loses its disk. */
export function rebuild(post: Post, cloud: Cloud): void {
  post("rebuild", (server, context) => {
    const wish = parse(schema, context.request.body);
    if (server.protection.rebuild) {
      throw new ApiError(423, "protected", "server is protected from being rebuilt");
    }
    const { architecture } = known(serverTypes, server.server_type);
    const image = findImage(cloud, wish.image, architecture);
    assertFits(cloud, image, architecture, server.primary_disk_size);
    server.image = image.id;
    server.rescue = null;
    if (wish.user_data != null) server.user_data = wish.user_data;
    const password = server.public_keys.length === 0 ? newPassword() : null;
    const action = startOn(cloud, "rebuild_server", server, password);
    return { action, root_password: password };
  });
}
