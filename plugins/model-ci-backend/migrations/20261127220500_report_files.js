// @ts-check

/**
 * A report may be several files, each with a row of its own.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('reports', table => {
    table.dropUnique(['attempt_id', 'kind']);
    table.unique(['attempt_id', 'kind', 'path']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex('reports')
    .whereNotIn('id', knex('reports').min('id').groupBy('attempt_id', 'kind'))
    .delete();
  await knex.schema.alterTable('reports', table => {
    table.dropUnique(['attempt_id', 'kind', 'path']);
    table.unique(['attempt_id', 'kind']);
  });
};
