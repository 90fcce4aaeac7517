export type Value = string | number;

const MOST = 60; // values of one field, the newest

/** Fields that want the id of a resource that has another name. */
const MEANT: Record<string, string> = {
  assignee_id: "server",
  ipv4: "primary_ip",
  ipv6: "primary_ip",
};

const singular = (name: string) => name.replace(/s$/, "");

// biome-ignore lint/suspicious/noExplicitAny: answers of any kind
type Answer = any;

/**
 * Remembers what answers told, so that requests can name what is there: the values of every field,
 * and ids and names as those of their resource.
 */
export function createMemory() {
  const values = new Map<string, Set<Value>>();

  const remember = (field: string, value: unknown) => {
    if (typeof value !== "string" && typeof value !== "number") return;
    const known = values.get(field) ?? new Set();
    values.set(field, known.add(value));
    if (known.size > MOST) known.delete(known.values().next().value as Value);
  };

  const learn = (answer: Answer, name = ""): void => {
    if (Array.isArray(answer)) for (const each of answer) learn(each, name);
    else if (typeof answer === "object" && answer !== null) {
      for (const [key, inner] of Object.entries(answer)) {
        if (key === "id" || key === "name") remember(singular(name), inner);
        else if (key !== "labels" && key !== "meta") learn(inner, key);
      }
      if (name === "rrset" || name === "rrsets") remember("of zone", `${answer.zone}/${answer.id}`);
      if ("storage_box" in answer && typeof answer.storage_box === "number") {
        remember(`in ${singular(name)}`, `${answer.storage_box}/${answer.id}`);
      }
      if (name === "action" || name === "actions") {
        for (const { type, id } of answer.resources) remember(`of ${type}`, `${id}/${answer.id}`);
      }
    } else remember(singular(name), answer);
  };

  return {
    learn,
    /** What a field of this name may hold. */
    values: (field: string): Value[] => [...(values.get(MEANT[field] ?? singular(field)) ?? [])],
    /** `ID/ID` of an action and of what it was done to, or `ZONE/NAME/TYPE` of a set of records. */
    pairs: (plural: string) => [...(values.get(`of ${singular(plural)}`) ?? [])].map(String),
    /** `ID/ID` of a storage box and of what is in it. */
    within: (plural: string) => [...(values.get(`in ${singular(plural)}`) ?? [])].map(String),
    forget: () => values.clear(),
  };
}
