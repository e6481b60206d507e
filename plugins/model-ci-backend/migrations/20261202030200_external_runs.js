// @ts-check

/**
 * Runs that another CI executes and reports.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('external_runs', table => {
    table.comment('What is known of the build behind an external run');
    table
      .string('run_id', 36)
      .primary()
      .references('runs.id')
      .onDelete('CASCADE');
    table.string('provider', 64).notNullable();
    table.string('build_id').notNullable();
    table.string('build_attempt', 64).comment('Where the CI counts re-runs');
    table.text('url').comment('Page of the build in its CI');
    table.string('token_name').notNullable();
    table
      .text('gate_plans')
      .notNullable()
      .comment('JSON of what gates demand, by stage, from when the run began');
    table
      .string('heard_at', 24)
      .notNullable()
      .comment('When the CI was last heard of');
    table.index(['heard_at']);
  });
  await knex.schema.createTable('external_uploads', table => {
    table.comment('Reports and artifacts that a CI uploads, whole or in parts');
    table.string('id', 36).primary();
    table
      .string('attempt_id', 36)
      .notNullable()
      .references('attempts.id')
      .onDelete('CASCADE');
    table
      .string('kind', 16)
      .notNullable()
      .comment('A kind of reports, or artifact');
    table
      .text('name')
      .notNullable()
      .comment('Of an artifact; of a report its path');
    table.text('path').notNullable();
    table.string('digest', 71).notNullable().comment('As it was announced');
    table.bigInteger('size').notNullable().comment('As it was announced');
    table.bigInteger('received').notNullable().defaultTo(0);
    table
      .string('stored_digest', 71)
      .comment('In the artifact store, once all of it was received');
    table.bigInteger('stored_size');
    table.unique(['attempt_id', 'kind', 'name']);
  });
  await knex.schema.createTable('external_upload_parts', table => {
    table.comment('Parts in the artifact store, until the upload is complete');
    table
      .string('upload_id', 36)
      .notNullable()
      .references('external_uploads.id')
      .onDelete('CASCADE');
    table.bigInteger('start').notNullable();
    table.bigInteger('size').notNullable();
    table.string('digest', 71).notNullable();
    table.primary(['upload_id', 'start']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('external_upload_parts');
  await knex.schema.dropTable('external_uploads');
  await knex.schema.dropTable('external_runs');
};
