// @ts-check

/**
 * One word for what a repository itself says of a commit.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  // The schema builder would make the table of SQLite anew, and so delete all that refers to it.
  await knex.raw('alter table runs rename column is_proved to is_verified');
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('alter table runs rename column is_verified to is_proved');
};
