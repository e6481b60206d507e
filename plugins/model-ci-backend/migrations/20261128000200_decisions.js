// @ts-check

/**
 * What gates will demand, fixed when a run starts, and what a decision about a waiting stage rests on.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('stages', table => {
    table.text('gate_plan').comment('JSON; null for stages without gates');
  });
  await knex.schema.alterTable('approvals', table => {
    table.string('evidence', 71).comment('Digest of what there is to look at');
    table.string('expires_at', 24).comment('Then the stage is stopped');
    table.index(['expires_at'], 'approvals_expiry', {
      predicate: knex('approvals').whereNull('decision'),
    });
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('approvals', table => {
    table.dropIndex([], 'approvals_expiry');
  });
  // Otherwise SQLite would make the tables anew, and lose with the old ones all that refers to them.
  await knex.raw('alter table approvals drop column evidence');
  await knex.raw('alter table approvals drop column expires_at');
  await knex.raw('alter table stages drop column gate_plan');
};
