import { expect } from "chai";
import { z } from "zod";
import { unknownFields } from "../../http/unknown-fields.ts";

const schema = z.object({
  name: z.string(),
  labels: z.record(z.string(), z.string()).optional(),
  rules: z.array(z.object({ port: z.string().nullish() })).optional(),
  target: z
    .discriminatedUnion("type", [
      z.object({ type: z.literal("server"), server: z.object({ id: z.int() }) }),
      z.object({ type: z.literal("ip"), ip: z.string() }),
    ])
    .nullish(),
});

describe("fields that a schema does not know", () => {
  for (const [value, unknown] of [
    [{ name: "x", labels: { any: "thing" } }, []],
    [{ name: "x", colour: 1, size: null }, ["colour", "size"]],
    [{ rules: [{ port: "80" }, { prot: "80" }] }, ["rules.1.prot"]],
    [{ target: { type: "server", server: { id: 1, name: "x" } } }, ["target.server.name"]],
    [{ target: { type: "ip", ip: "1.2.3.4" } }, []],
    [{ target: null }, []],
    [{ toString: 1 }, ["toString"]],
    ["text", []],
  ] as const) {
    it(`of ${JSON.stringify(value)} are ${unknown.join(", ") || "none"}`, () => {
      expect(unknownFields(schema, value)).to.deep.equal(unknown);
    });
  }
});
