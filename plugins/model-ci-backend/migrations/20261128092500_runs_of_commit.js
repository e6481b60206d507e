// @ts-check

/**
 * Finds the runs of one commit, whose authors do not decide about each other's runs.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('runs', table => {
    table.index(['pipeline_ref', 'commit'], 'runs_commit');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('runs', table => {
    table.dropIndex(['pipeline_ref', 'commit'], 'runs_commit');
  });
};
