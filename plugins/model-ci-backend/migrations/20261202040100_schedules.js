// @ts-check

/**
 * Schedules of the default branches, which start runs.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('pipelines', table => {
    table
      .string('definition_digest', 64)
      .comment('Of the definition, to see that it has changed');
  });
  await knex.schema.alterTable('runs', table => {
    table
      .string('schedule', 63)
      .comment('Name of the schedule that started it');
  });
  await knex.schema.createTable('schedule_states', table => {
    table.comment('What is kept of the schedules of a pipeline as a whole');
    table.string('pipeline_ref').primary();
    table
      .string('definition_digest', 64)
      .comment('Of the definition that the schedules were read from');
    table.string('paused_by').comment('Who lets them start nothing');
    table.string('paused_at', 24);
  });
  await knex.schema.createTable('schedules', table => {
    table.comment('Times at which runs are started');
    table.string('pipeline_ref').notNullable();
    table.string('name', 63).notNullable();
    table.string('cron', 100).notNullable();
    table.string('timezone', 64).notNullable();
    table.string('branch', 250).comment('The default branch where null');
    table.text('parameters').comment('JSON of the values that runs are given');
    table
      .string('next_at', 24)
      .notNullable()
      .comment('The time whose run was not started yet');
    table
      .string('due_at', 24)
      .notNullable()
      .comment('When it is worked on next; later than next_at after a failure');
    table.integer('failures').notNullable().defaultTo(0);
    table.text('problem').comment('What went wrong since the last run');
    table.string('last_at', 24).comment('The last time that started a run');
    table.string('last_run_id', 36);
    table.primary(['pipeline_ref', 'name']);
    table.index(['due_at']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('schedules');
  await knex.schema.dropTable('schedule_states');
  // The schema builder would make the table of SQLite anew, and so delete all that refers to it.
  await knex.raw('alter table runs drop column schedule');
  await knex.raw('alter table pipelines drop column definition_digest');
};
