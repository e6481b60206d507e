// @ts-check

/**
 * What code hosts were told about the commits of runs.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('commit_statuses', table => {
    table.comment('The status of its commit that a run has on its code host');
    table
      .string('run_id', 36)
      .primary()
      .references('id')
      .inTable('runs')
      .onDelete('CASCADE');
    table.string('state', 16).comment('As the host has it; null for none yet');
    table.integer('attempts').notNullable().defaultTo(0);
    table
      .string('next_try_at', 24)
      .comment('When it is tried again; null where nothing has failed');
    table
      .boolean('is_given_up')
      .notNullable()
      .defaultTo(false)
      .comment('The host has no statuses, or refuses this one for good');
    table.text('problem').comment('Why the host does not have it');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('commit_statuses');
};
