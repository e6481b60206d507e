// @ts-check

/**
 * What stages keep between runs to save time.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('caches', table => {
    table.comment('What stages keep between runs to save time');
    table.string('id', 36).primary();
    table.string('pipeline_ref').notNullable();
    table.string('branch').notNullable().comment('Of the run that kept it');
    table.string('name', 63).notNullable();
    table
      .string('setting', 71)
      .notNullable()
      .comment('Digest of where it is from: source, path, executor, image');
    table
      .string('key', 71)
      .notNullable()
      .comment('Digest of the files that it was kept for');
    table.string('digest', 71).notNullable().comment('In the artifact store');
    table.bigInteger('size').notNullable();
    table
      .boolean('had_secrets')
      .notNullable()
      .comment('Whether the stage that kept it was given secrets');
    table
      .string('run_id', 36)
      .notNullable()
      .references('runs.id')
      .onDelete('CASCADE');
    table.string('created_at', 24).notNullable();
    table.unique(['pipeline_ref', 'branch', 'name', 'setting', 'key']);
    table.index(['run_id']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('caches');
};
