/**
 * How a VM answers whose host/ is from before the format of docs/vm-answers.md: columns with tabs between them. It is
 * asked once more: by the first deploy after, or by what looks at it before that.
 */
const columns: Record<string, string[]> = {
  slot: "environment role slot release image commit state health since id weight".split(" "),
  history: "started action release image commit by result seconds kept".split(" "),
  preview: "slug branch url commit state created expires by".split(" "),
  maintenance: "state since settings".split(" "),
};

const holder =
  /^(?<by>\S+) runs (?<action>\S+) (?<release>\S+) since (?<since>\S+), at step (?<step>\S+)$/;

/** The fields of a line, by name; undefined: it is something else. */
export function fromColumns(line: string, kind: string): Record<string, unknown> | undefined {
  if (kind === "holder") return holder.exec(line)?.groups;
  const names = columns[kind];
  const cells = line.split("\t");
  if (names === undefined || (cells.length < 2 && line !== "off")) return undefined;
  const fields = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]));
  return { ...fields, ...(kind === "maintenance" && settingsOf(fields.settings)) };
}

function settingsOf(text = ""): { settings?: unknown } {
  try {
    return { settings: text === "" ? undefined : JSON.parse(text) };
  } catch {
    return {};
  }
}
