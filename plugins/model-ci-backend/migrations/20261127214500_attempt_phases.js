// @ts-check

/**
 * Where a claimed attempt is: pending or running in its engine, or ended with its results being collected.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('attempts', table => {
    table
      .string('phase', 16)
      .comment('pending, running or collecting; null until it is submitted');
    table.text('phase_reason').comment('Words of the engine, or an error');
    table.string('phase_since', 24);
    table.string('phase_node').comment('Machine that a cluster chose');
    table
      .string('next_try_at', 24)
      .comment('When its results are collected again');
    table
      .integer('queue_timeout_seconds')
      .comment('How long it may be pending; for ever if null');
    table
      .integer('rescues')
      .notNullable()
      .defaultTo(0)
      .comment('How often it was taken over since it last got on');
    table.string('give_up_requested_at', 24);
    table.string('give_up_requested_by');
    table.text('give_up_reason');
  });
};

const COLUMNS = [
  'phase',
  'phase_reason',
  'phase_since',
  'phase_node',
  'next_try_at',
  'queue_timeout_seconds',
  'rescues',
  'give_up_requested_at',
  'give_up_requested_by',
  'give_up_reason',
];

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  for (const column of COLUMNS) {
    await knex.raw('alter table attempts drop column ??', [column]);
  }
};
