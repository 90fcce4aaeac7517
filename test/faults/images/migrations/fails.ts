import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("alter table links add half text");
  await knex.raw("alter table nowhere add half text");
}

export async function down(): Promise<void> {}
