// @ts-check

const BEFORE = ['attempt_id', 'metric', 'dataset', 'environment', 'slice'];
const AFTER = [...BEFORE, 'instance'];
/** The name by default is longer than PostgreSQL takes. */
const ONCE = 'evaluations_once';

/**
 * What the stages of a version's run have chosen among their instances. What a chosen instance measured is also what its
 * stage measured.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('model_versions', table => {
    table
      .text('parameters')
      .comment('JSON of the parameters that its stages selected, by stage');
  });
  await knex.schema.alterTable('evaluations', table => {
    table.dropUnique(BEFORE);
    table.unique(AFTER, { indexName: ONCE });
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('evaluations', table => {
    table.dropUnique(AFTER, ONCE);
  });
  await knex('evaluations').whereNot('instance', '').delete();
  await knex.schema.alterTable('evaluations', table => {
    table.unique(BEFORE);
  });
  // The schema builder would make the table of SQLite anew, and so delete all that refers to it.
  await knex.raw('alter table model_versions drop column parameters');
};
