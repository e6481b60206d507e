// @ts-check

/**
 * Lets every filter of the run list begin at the newest run that it lets through: without these, a branch or a
 * status with few runs is looked for among all runs.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('runs', table => {
    table.index(['branch', 'created_at', 'id']);
    table.index(['pipeline_ref', 'branch', 'created_at', 'id']);
    table.index(['pipeline_ref', 'status', 'created_at', 'id']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('runs', table => {
    table.dropIndex(['branch', 'created_at', 'id']);
    table.dropIndex(['pipeline_ref', 'branch', 'created_at', 'id']);
    table.dropIndex(['pipeline_ref', 'status', 'created_at', 'id']);
  });
};
