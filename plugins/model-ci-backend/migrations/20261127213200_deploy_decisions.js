// @ts-check

/**
 * Whether whoever started a run may have its version deployed automatically, decided with that user's own
 * credentials: they are gone when the run has ended.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('deploy_decisions', table => {
    table
      .string('run_id', 36)
      .primary()
      .references('runs.id')
      .onDelete('CASCADE');
    table.string('user_ref').notNullable();
    table.boolean('allowed').notNullable();
    table
      .text('entity_refs')
      .notNullable()
      .comment(
        'JSON: what the user may act as, for environments with deployers',
      );
    table.string('decided_at', 24).notNullable();
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('deploy_decisions');
};
