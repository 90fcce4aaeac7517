/** As much of Knex as is used here: its package goes with server/. */
type Knex = { raw(sql: string): Promise<unknown> };

export async function up(knex: Knex): Promise<void> {
  await knex.raw("alter table links add locked text");
}

export async function down(): Promise<void> {}
