// @ts-check

const BEFORE = `('queued','running','succeeded','failed','errored','cancelled','skipped')`;
const AFTER = `('queued','running','waiting','succeeded','failed','errored','cancelled','skipped')`;

/**
 * Stages that have finished their attempts and wait for a person, and what people decided.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await inTransaction(knex, add);
};

/** @param {import('knex').Knex} knex */
async function add(knex) {
  await setStatuses(knex, AFTER);
  await knex.schema.alterTable('stages', table => {
    table.text('definition').comment('JSON of its part of the definition');
    table
      .string('instance')
      .comment(
        'Key among the executions of one stage; null where there is one',
      );
  });
  await knex.schema.createTable('approvals', table => {
    table.comment('What waits for a person, and what the person decided');
    table.string('id', 36).primary();
    table
      .string('run_id', 36)
      .notNullable()
      .references('runs.id')
      .onDelete('CASCADE');
    table
      .string('stage_id', 36)
      .notNullable()
      .references('stages.id')
      .onDelete('CASCADE');
    table.text('question').notNullable().comment('Why a person is asked');
    table.string('asked_at', 24).notNullable();
    table
      .string('decision', 16)
      .comment('continue, stop or cancelled; null while nobody has decided');
    table.string('decided_by');
    table.string('decided_at', 24);
    table.text('reason').comment('Given by who decided');
    table.string('notified_at', 24).comment('When the owner was notified');
    table.index(['run_id']);
    table.index(['stage_id']);
    table.index(['asked_at'], 'approvals_unnotified', {
      predicate: knex('approvals')
        .whereNull('notified_at')
        .whereNull('decision'),
    });
    table.check(
      `(decision is null) = (decided_at is null)`,
      undefined,
      'approvals_decided',
    );
  });
}

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await inTransaction(knex, remove);
};

/** @param {import('knex').Knex} knex */
async function remove(knex) {
  await knex.schema.dropTable('approvals');
  await knex.raw('alter table stages drop column definition');
  await knex.raw('alter table stages drop column instance');
  await setStatuses(knex, BEFORE);
}

/**
 * @param {import('knex').Knex} knex
 * @param {(knex: import('knex').Knex) => Promise<void>} change
 */
async function inTransaction(knex, change) {
  await (knex.client.config.client === 'pg'
    ? knex.transaction(change)
    : change(knex));
}

// SQLite changes a constraint by making the table anew, which it refuses to do within a transaction.
exports.config = { transaction: false };

/**
 * @param {import('knex').Knex} knex
 * @param {string} statuses
 */
async function setStatuses(knex, statuses) {
  for (const name of ['runs', 'stages']) {
    await knex.schema.alterTable(name, table => {
      table.dropChecks(`${name}_status`);
      table.check(`status in ${statuses}`, undefined, `${name}_status`);
    });
  }
}
