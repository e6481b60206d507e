// @ts-check
const { createHash } = require('node:crypto');

/** Rows that are read and written at once. */
const BATCH = 500;

/**
 * What a queued attempt demands of a node, as one key, so that a claim looks at each demand and not at each attempt; and
 * what services hold, so that the sum of it does not look at every deployment that ever was.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('attempts', table => {
    table
      .string('demand', 64)
      .notNullable()
      .defaultTo('')
      .comment(
        'Digest of executor, labels and resources; equal ones wait alike',
      );
  });
  await knex.raw(
    `create index attempts_demands on attempts (demand, created_at, id) where status = 'queued'`,
  );
  await knex.raw(
    `create index deployments_holding on deployments (node) where service_id is not null and stop_handle_done_at is null`,
  );
  await fill(knex);
};

/** @param {import('knex').Knex} knex */
async function fill(knex) {
  for (;;) {
    const rows = await knex('attempts')
      .where({ status: 'queued', demand: '' })
      .limit(BATCH)
      .select(
        'id',
        'executor',
        'node_selector',
        'cpus',
        'memory_bytes',
        'gpus',
      );
    for (const row of rows) {
      await knex('attempts')
        .where({ id: row.id })
        .update({ demand: digestOf(row) });
    }
    if (rows.length < BATCH) {
      return;
    }
  }
}

/**
 * As `demandKey` in the operations, frozen.
 *
 * @param {Record<string, unknown>} row
 */
function digestOf(row) {
  const text = JSON.stringify([
    row.executor,
    row.node_selector,
    row.cpus,
    Number(row.memory_bytes),
    row.gpus,
  ]);
  return createHash('sha256').update(text).digest('hex');
}

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index deployments_holding');
  await knex.raw('drop index attempts_demands');
  // Otherwise SQLite would make the table anew, and lose with the old one all that refers to it.
  await knex.raw('alter table attempts drop column demand');
};
