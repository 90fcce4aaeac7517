import type { Kind } from "./records.ts";

/** What rows of a kind had to do without before there was such a thing. */
const ADDED: { [K in Kind]?: object } = {
  servers: { private_net: [], placement_group: null },
};

/** A row as it is kept today, whichever version has written it. */
export const upgraded = <T extends { id: number }>(kind: Kind, row: T): T => ({
  ...structuredClone(ADDED[kind]),
  ...row,
});
