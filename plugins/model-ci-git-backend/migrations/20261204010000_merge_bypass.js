// @ts-check

/**
 * Why somebody merged a pull request whose runs had not succeeded.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('pull_requests', table => {
    table
      .text('bypass')
      .comment('Why it was merged though its runs had not succeeded, as JSON');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('alter table pull_requests drop column bypass');
};
