// @ts-check

/**
 * How long callers of a deployment's endpoint wait, as its definition says.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('deployments', table => {
    table
      .integer('first_byte_ms')
      .comment('From serving.timeouts; null: as app-config says');
    table.integer('silence_ms');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('deployments', table => {
    table.dropColumn('first_byte_ms');
    table.dropColumn('silence_ms');
  });
};
