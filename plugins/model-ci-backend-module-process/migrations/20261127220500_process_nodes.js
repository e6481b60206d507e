// @ts-check

/**
 * Which folder of which machine runs what is placed on a node of the process executor, so that no two of them go by one
 * name.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('process_nodes', table => {
    table.comment('Nodes of the process executor and the folders behind them');
    table.string('name', 255).primary();
    table.string('directory_id', 36).notNullable();
    table.string('hostname', 255).notNullable();
    table.text('directory').notNullable();
    table
      .string('seen_at', 24)
      .notNullable()
      .comment('Renewed by the backends that work there');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('process_nodes');
};
