// @ts-check

/**
 * A version is a commit with its inputs and results. A run that repeats both adds to the version instead of registering
 * another one, so a version has several runs; `model_versions.run_id` stays the one that registered it.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('model_versions', table => {
    table
      .string('identity', 71)
      .comment('Digest of inputs and results; null until it is needed');
    table.unique(['pipeline_ref', 'identity'], {
      indexName: 'model_versions_identity',
    });
  });
  await knex.schema.createTable('version_runs', table => {
    table.comment('The runs that made a version, the first one included');
    table
      .string('run_id', 36)
      .primary()
      .references('runs.id')
      .onDelete('CASCADE');
    table.string('pipeline_ref').notNullable();
    table.integer('version').notNullable();
    table
      .foreign(['pipeline_ref', 'version'])
      .references(['pipeline_ref', 'version'])
      .inTable('model_versions')
      .onDelete('CASCADE');
    table.index(['pipeline_ref', 'version'], 'version_runs_version');
  });
  await knex('version_runs').insert(
    knex('model_versions').select('run_id', 'pipeline_ref', 'version'),
  );
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('version_runs');
  await knex.schema.alterTable('model_versions', table => {
    table.dropUnique(['pipeline_ref', 'identity'], 'model_versions_identity');
    table.dropColumn('identity');
  });
};
