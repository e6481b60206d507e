// @ts-check

/**
 * A metric may be reported without a value: it was not measured.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('evaluations', table => {
    table.setNullable('value');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex('evaluations').whereNull('value').delete();
  await knex.schema.alterTable('evaluations', table => {
    table.dropNullable('value');
  });
};
