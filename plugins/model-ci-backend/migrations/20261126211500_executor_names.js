// @ts-check

/** Tables that name an executor. SQLite does not look at lengths. */
const TABLES = ['attempts', 'deployments'];

/**
 * Executors are no fixed list any more, so their names may be longer.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await setLength(knex, 63);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await setLength(knex, 16);
};

/**
 * @param {import('knex').Knex} knex
 * @param {number} length
 */
async function setLength(knex, length) {
  if (knex.client.config.client !== 'pg') {
    return;
  }
  for (const table of TABLES) {
    await knex.raw(
      `alter table ?? alter column executor type varchar(${length})`,
      [table],
    );
  }
}
