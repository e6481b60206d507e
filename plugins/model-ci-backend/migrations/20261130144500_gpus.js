// @ts-check

/**
 * Which GPUs attempts and services were given, and what those of attempts did.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  for (const name of ['attempts', 'deployments']) {
    await knex.schema.alterTable(name, table => {
      table
        .text('gpu_ids')
        .comment('Devices it was given, with commas; null where nobody says');
    });
  }
  await knex.schema.createTable('gpu_usages', table => {
    table.comment('What one GPU did during one attempt');
    table
      .string('run_id', 36)
      .notNullable()
      .references('runs.id')
      .onDelete('CASCADE');
    table
      .string('attempt_id', 36)
      .notNullable()
      .references('attempts.id')
      .onDelete('CASCADE');
    table.string('device').notNullable();
    table
      .text('usage')
      .notNullable()
      .comment('JSON of sums and of the points that shape its curves');
    table.primary(['attempt_id', 'device']);
    table.index(['run_id']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('gpu_usages');
  // Otherwise SQLite would make the tables anew, and lose with the old ones all that refers to them.
  await knex.raw('alter table deployments drop column gpu_ids');
  await knex.raw('alter table attempts drop column gpu_ids');
};
