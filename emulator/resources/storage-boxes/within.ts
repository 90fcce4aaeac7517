import { notFound } from "../../errors.ts";
import type { Context } from "../../http/router.ts";
import type { StorageBox } from "../../store/records.ts";

interface Part {
  id: number;
  storage_box: number;
}

/** What belongs to the storage box of the path: all, and the one that the path names by `:part`. */
export function partsOf<T extends Part>(
  table: Map<number, T>,
  findBox: (context: Context) => StorageBox,
  what: string,
) {
  const all = (context: Context): T[] => {
    const box = findBox(context);
    return [...table.values()].filter(({ storage_box }) => storage_box === box.id);
  };
  const one = (context: Context): T => {
    const box = findBox(context);
    const key = context.params.part ?? "";
    const found = /^\d{1,15}$/.test(key) ? table.get(Number(key)) : undefined;
    if (found?.storage_box !== box.id) throw notFound(what, key);
    return found;
  };
  return { all, one };
}
