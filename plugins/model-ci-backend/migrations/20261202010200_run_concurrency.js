// @ts-check

/**
 * Runs that wait for an earlier one, and those that a newer one has ended.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('runs', table => {
    table
      .string('waits_for', 36)
      .comment(
        'Id of the run that must have ended before this one is prepared',
      );
    table
      .integer('superseded_by')
      .comment('Number of the newer run of the branch that cancelled this one');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  // The schema builder would make the table of SQLite anew, and so delete all that refers to it.
  await knex.raw('alter table runs drop column superseded_by');
  await knex.raw('alter table runs drop column waits_for');
};
