// @ts-check

/**
 * The image that each attempt ran in, by digest; of attempts from before nothing is known. And where each version went.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('attempts', table => {
    table.text('image').comment('JSON of what the executor said of the image');
  });
  await knex.schema.alterTable('deployments', table => {
    table.index(
      ['pipeline_ref', 'version', 'created_at', 'id'],
      'deployments_of_versions',
    );
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('deployments', table => {
    table.dropIndex([], 'deployments_of_versions');
  });
  // Otherwise SQLite would make the table anew, and lose with the old one all that refers to it.
  await knex.raw('alter table attempts drop column image');
};
