import Router from "@koa/router";
import type { DefaultState, ParameterizedContext } from "koa";
import { notFound } from "../errors.ts";

export type ApiRouter = Router;
export type Context = ParameterizedContext<DefaultState> & {
  params: Record<string, string>;
  request: { body?: unknown };
};
export const createRouter = (): ApiRouter => new Router({ prefix: "/v1" });

/** The record that the path's `:id` names, or 404. */
export function record<T>(context: Context, table: Map<number, T>, what: string): T {
  const key = context.params.id ?? "";
  const found = /^\d{1,15}$/.test(key) ? table.get(Number(key)) : undefined;
  if (found === undefined) throw notFound(what, key);
  return found;
}
