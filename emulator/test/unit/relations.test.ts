import { expect } from "chai";
import { Relations } from "../../store/relations.ts";

describe("relations between rows", () => {
  interface Row {
    id: number;
    server: number | null;
  }
  const rows = new Map<number, Row>();
  for (const id of [1, 2, 3, 4]) rows.set(id, { id, server: id % 2 === 0 ? 7 : null });
  const ids = (relations: Relations, server: number | null) =>
    relations.find("volumes", rows, "server", server).map(({ id }) => id);

  it("are found by a field", () => {
    const relations = new Relations();
    expect(ids(relations, 7)).to.deep.equal([2, 4]);
    expect(ids(relations, null)).to.deep.equal([1, 3]);
    expect(ids(relations, 8)).to.deep.equal([]);
  });

  it("are right while something changes them, and afterwards", async () => {
    const relations = new Relations();
    expect(ids(relations, 7)).to.deep.equal([2, 4]);
    const row = rows.get(4);
    if (row === undefined) throw new Error("no row");
    await relations.during(async () => {
      row.server = 8;
      expect(ids(relations, 8)).to.deep.equal([4]);
      await relations.during(async () => {});
      row.server = null;
      expect(ids(relations, null)).to.deep.equal([1, 3, 4]);
    });
    expect(ids(relations, 7)).to.deep.equal([2]);
    rows.delete(2);
  });
});
