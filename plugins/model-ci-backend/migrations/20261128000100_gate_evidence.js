// @ts-check

const COMMON = 'position, run_id, metric, dataset, min, max, value, verdict';

/** @param {string[]} lists */
function ofResult(...lists) {
  return lists
    .flatMap(list => list.split(', '))
    .map(column => `r.${column}`)
    .join(', ');
}

/**
 * What stands behind the verdicts of gates, and verdicts on a stage as a whole, which belong to none of its attempts. Rows
 * from before keep their message, which is read as a reason in somebody else's words.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.renameTable('gate_results', 'gate_results_before');
  await knex.schema.createTable('gate_results', table => {
    table.bigIncrements('id');
    table
      .string('stage_id', 36)
      .notNullable()
      .references('stages.id')
      .onDelete('CASCADE');
    table
      .string('attempt_id', 36)
      .comment('Null for what was judged when all executions had ended')
      .references('attempts.id')
      .onDelete('CASCADE');
    table.integer('position').notNullable();
    addDemand(table);
    table.string('slice').notNullable().defaultTo('');
    table.text('reason').notNullable();
    table.text('detail').comment('JSON of a GateDetail and the demand');
    table.index(['run_id'], 'gate_results_run');
    table.index(['stage_id'], 'gate_results_stage');
    table.index(['attempt_id'], 'gate_results_attempt');
  });
  await knex.raw(
    `insert into gate_results (stage_id, attempt_id, ${COMMON}, reason)
     select a.stage_id, ${ofResult('attempt_id', COMMON)}, r.message
     from gate_results_before r join attempts a on a.id = r.attempt_id
     order by r.attempt_id, r.position`,
  );
  await knex.schema.dropTable('gate_results_before');
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.renameTable('gate_results', 'gate_results_after');
  await knex.schema.createTable('gate_results', table => {
    table
      .string('attempt_id', 36)
      .notNullable()
      .references('attempts.id')
      .onDelete('CASCADE');
    table.integer('position').notNullable();
    addDemand(table);
    table.text('message').notNullable();
    table.primary(['attempt_id', 'position']);
    table.index(['run_id']);
  });
  await knex.raw(
    `insert into gate_results (attempt_id, ${COMMON}, message)
     select ${ofResult('attempt_id', COMMON)}, r.reason
     from gate_results_after r
     where r.attempt_id is not null`,
  );
  await knex.schema.dropTable('gate_results_after');
};

/** @param {import('knex').Knex.CreateTableBuilder} table */
function addDemand(table) {
  table
    .string('run_id', 36)
    .notNullable()
    .references('runs.id')
    .onDelete('CASCADE');
  table.string('metric').notNullable();
  table.string('dataset');
  table.double('min');
  table.double('max');
  table.double('value').comment('Null when the metric was not reported');
  table.string('verdict', 16).notNullable();
  table.check(
    `verdict in ('pass','fail','inconclusive')`,
    undefined,
    'gate_results_verdict',
  );
}
