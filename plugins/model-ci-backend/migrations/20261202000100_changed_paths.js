// @ts-check

/**
 * What a run's change touched, and whether its author is somebody whom the repository does not trust.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('runs', table => {
    table
      .text('changed_paths')
      .comment(
        'JSON of the changed files and the folder of the pipeline; null where they are not known',
      );
    table
      .boolean('is_untrusted')
      .notNullable()
      .defaultTo(false)
      .comment('True for a change from a fork: such a run gets no secrets');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  // Otherwise SQLite would make the table anew, and lose with the old one all that refers to it.
  await knex.raw('alter table runs drop column is_untrusted');
  await knex.raw('alter table runs drop column changed_paths');
};
