// @ts-check

/**
 * Tokens say what they are good for. Those that exist may do what they could do before.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('tokens', table => {
    table
      .string('scope', 10)
      .notNullable()
      .defaultTo('write')
      .comment('read or write');
    table
      .string('repository', 100)
      .comment('The only repository that it is good for; null for all');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // A token that could do less than others must not become one that can do everything.
  await knex('tokens')
    .where('scope', 'read')
    .orWhereNotNull('repository')
    .delete();
  await knex.schema.alterTable('tokens', table => {
    table.dropColumn('repository');
    table.dropColumn('scope');
  });
};
