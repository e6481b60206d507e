// @ts-check

/**
 * A push is delivered until a subscriber acknowledges it.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('push_events', table => {
    table
      .integer('attempts')
      .notNullable()
      .defaultTo(0)
      .comment('How often it was published');
    table
      .string('deliver_after', 24)
      .notNullable()
      .defaultTo('1970-01-01T00:00:00.000Z')
      .comment('It is published at this time, unless acknowledged before');
    table.index(['deliver_after', 'position']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('push_events', table => {
    table.dropIndex(['deliver_after', 'position']);
    table.dropColumn('deliver_after');
    table.dropColumn('attempts');
  });
};
