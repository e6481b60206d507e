// @ts-check

/**
 * Whether the repository itself says that a run's commit is on the branch or tag that it is said to be on.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('runs', table => {
    table
      .boolean('is_proved')
      .notNullable()
      .defaultTo(false)
      .comment('Found out before the run was queued');
    table
      .text('untrusted_reason')
      .comment('Why the run is not trusted, where that was found out');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  // The schema builder would make the table of SQLite anew, and so delete all that refers to it.
  await knex.raw('alter table runs drop column untrusted_reason');
  await knex.raw('alter table runs drop column is_proved');
};
