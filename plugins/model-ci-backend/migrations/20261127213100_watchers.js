// @ts-check

/**
 * Who looks at what, so that changes are announced to those who may see them and to nobody else.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('watchers', table => {
    table.comment('Users with a page open, renewed when the page reads again');
    table.string('user_ref').notNullable();
    table
      .string('scope', 300)
      .notNullable()
      .comment('all, nodes, pipeline:<ref> or owner:<ref>');
    table.string('watched_until', 24).notNullable();
    table.primary(['user_ref', 'scope']);
    table.index(['scope', 'watched_until']);
    table.index(['watched_until']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('watchers');
};
