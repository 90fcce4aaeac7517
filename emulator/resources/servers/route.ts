import type { Cloud } from "../../cloud.ts";
import { isLocked } from "../../errors.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { Action, Server } from "../../store/records.ts";

/** What an action of a server answers: the action, and for some what goes with it. */
type Answer = { action: Action } & Record<string, unknown>;
type Handle = (server: Server, context: Context) => Action | Answer;
export type Post = (name: string, handle: Handle) => void;

/** Adds `POST /servers/:id/actions/NAME`, which is refused while another action changes the server. */
export const serverPost =
  (router: ApiRouter, cloud: Cloud, find: (context: Context) => Server): Post =>
  (name, handle) => {
    router.post(`/servers/:id/actions/${name}`, (context) => {
      const server = find(context);
      if (cloud.actions.locks("server", server.id)) throw isLocked("server");
      const answer = handle(server, context);
      context.status = 201;
      context.body = "action" in answer ? answer : { action: answer };
    });
  };
