import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("alter table links add locked text");
}

export async function down(): Promise<void> {}
