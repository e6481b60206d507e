// @ts-check

/**
 * When the owner was notified of how a stage was decided, so that no notification goes on saying that it waits.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('approvals', table => {
    table
      .string('outcome_notified_at', 24)
      .comment('When the owner was notified of the decision');
    table.index(['decided_at'], 'approvals_outcome_unnotified', {
      predicate: knex('approvals')
        .whereNotNull('notified_at')
        .whereNotNull('decision')
        .whereNull('outcome_notified_at'),
    });
  });
  // What was decided before is no news any more.
  await knex('approvals')
    .whereNotNull('decision')
    .update({ outcome_notified_at: knex.ref('decided_at') });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('approvals', table => {
    table.dropIndex([], 'approvals_outcome_unnotified');
  });
  // Otherwise SQLite would make the table anew, and lose with the old one all that refers to it.
  await knex.raw('alter table approvals drop column outcome_notified_at');
};
