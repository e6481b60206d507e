// @ts-check

/**
 * The parameters that runs are started with.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('runs', table => {
    table
      .text('parameters')
      .comment(
        'JSON of values by name: what was given, and from the start of the run on with the defaults',
      );
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  // The schema builder would make the table of SQLite anew, and so delete all that refers to it.
  await knex.raw('alter table runs drop column parameters');
};
