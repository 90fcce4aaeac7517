import { randomInt } from "node:crypto";
import type { Knex } from "knex";

export interface Link {
  slug: string;
  url: string;
  hits: number;
  createdAt: string;
}

interface Row {
  slug: string;
  url: string;
  hits: string; // a bigint, which pg hands over as text
  created_at: Date;
}

// Without the letters and digits that people mix up when they read a link aloud.
const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
const randomSlug = () =>
  Array.from({ length: 7 }, () => alphabet[randomInt(alphabet.length)]).join("");

const toLink = (row: Row): Link => ({
  slug: row.slug,
  url: row.url,
  hits: Number(row.hits),
  createdAt: row.created_at.toISOString(),
});

/** What Postgres notifies when a link was added or removed, by whichever process. */
export const linksChanged = "links_changed";

/** The links in `database`, which may be a transaction. */
export function createLinks(database: Knex) {
  const table = () => database<Row>("links");

  // In the statement that changes: so nobody is told of what is not committed.
  const notify = database.raw("pg_notify(?, '')", linksChanged);

  const insert = async (slug: string, url: string): Promise<Link | undefined> => {
    const [row] = await table()
      .insert({ slug, url })
      .onConflict("slug")
      .ignore()
      .returning<Row[]>(["*", notify]);
    return row && toLink(row);
  };

  return {
    /** The newest `limit` links. */
    async list(limit: number): Promise<Link[]> {
      const rows = await table().orderBy("created_at", "desc").orderBy("slug").limit(limit);
      return rows.map(toLink);
    },

    /** Adds a link; undefined when its slug is taken. Without a slug, a free one is found. */
    async add(url: string, slug?: string): Promise<Link | undefined> {
      if (slug) return insert(slug, url);
      for (let attempt = 0; attempt < 5; attempt++) {
        const link = await insert(randomSlug(), url);
        if (link) return link;
      }
      throw new Error("no free slug found");
    },

    /** Where `slug` leads to. */
    async find(slug: string): Promise<string | undefined> {
      return (await table().where({ slug }).first("url"))?.url;
    },

    /** Where `slug` leads to, and counts it: one statement, so that no visit is lost. */
    async visit(slug: string): Promise<string | undefined> {
      const [row] = await table().where({ slug }).increment("hits").returning("url");
      return row?.url;
    },

    /** Removes a link; false when there is none. */
    async remove(slug: string): Promise<boolean> {
      const rows: unknown[] = await table().where({ slug }).delete().returning(["slug", notify]);
      return rows.length > 0;
    },
  };
}

export type Links = ReturnType<typeof createLinks>;
