// @ts-check

/**
 * The examples that stages were evaluated on, one set for each report.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('example_sets', table => {
    table.comment(
      'Examples with predictions and scores, by the digest of their columns',
    );
    table.string('id', 36).primary();
    table
      .string('run_id', 36)
      .notNullable()
      .references('runs.id')
      .onDelete('CASCADE');
    table
      .string('attempt_id', 36)
      .notNullable()
      .references('attempts.id')
      .onDelete('CASCADE');
    table.string('stage').notNullable();
    table
      .string('instance')
      .notNullable()
      .defaultTo('')
      .comment(
        'Key among the executions of one stage; empty where there is one',
      );
    table
      .string('environment')
      .notNullable()
      .defaultTo('')
      .comment('Empty for the run itself');
    table
      .string('dataset')
      .notNullable()
      .defaultTo('')
      .comment('Empty when the report names none');
    table.string('dataset_digest', 71);
    table
      .string('task')
      .notNullable()
      .defaultTo('')
      .comment('Of lm-evaluation-harness; empty for predictions');
    table.string('task_hash');
    table.string('digest', 71).notNullable().index();
    table
      .string('ids_digest', 71)
      .notNullable()
      .comment('Equal ones have the same examples');
    table.integer('count').notNullable();
    table.string('created_at', 24).notNullable();
    table.index(['run_id']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('example_sets');
};
