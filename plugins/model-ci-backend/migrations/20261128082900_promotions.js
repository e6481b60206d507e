// @ts-check

/**
 * What became of the promotions that definitions ask for: a version that was not given its alias says why.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('promotions', table => {
    table
      .string('run_id')
      .primary()
      .references('id')
      .inTable('runs')
      .onDelete('CASCADE');
    table.string('alias', 63).notNullable();
    table.integer('version').notNullable();
    table
      .text('reason')
      .comment('JSON of why it was refused; null where the alias was moved');
    table.string('at').notNullable();
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('promotions');
};
