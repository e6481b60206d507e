// @ts-check

/**
 * Which replica holds a deployment, as for runs and attempts: what a dead one held is taken over at once.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('deployments', table => {
    table.string('holder').comment('Replica that holds the ticket');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('deployments', table => {
    table.dropColumn('holder');
  });
};
