// @ts-check

const HISTORY = 'evaluations_history';
const AFTERWARDS = ['slice', 'metric', 'dataset', 'created_at', 'id'];

/**
 * Which of several executions of a stage measured something.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('evaluations', table => {
    table
      .string('instance')
      .notNullable()
      .defaultTo('')
      .comment(
        'Key among the executions of one stage; empty where there is one',
      );
  });
  // The equalities come first, as of every query for a line of a chart.
  await replaceHistory(knex, ['pipeline_ref', 'environment', 'instance']);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await replaceHistory(knex, ['pipeline_ref', 'environment']);
  await knex.schema.alterTable('evaluations', table => {
    table.dropColumn('instance');
  });
};

/**
 * @param {import('knex').Knex} knex
 * @param {string[]} equalities
 */
async function replaceHistory(knex, equalities) {
  await knex.schema.alterTable('evaluations', table => {
    table.dropIndex([], HISTORY);
  });
  await knex.schema.alterTable('evaluations', table => {
    table.index([...equalities, ...AFTERWARDS], HISTORY);
  });
}
