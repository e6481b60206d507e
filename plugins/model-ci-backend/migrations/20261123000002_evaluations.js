// @ts-check

/**
 * Artifacts, reports, evaluations, gates and model versions.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('artifacts', table => {
    table.comment(
      'Named outputs of attempts, by the digest of their tar archive',
    );
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
    table
      .string('attempt_id', 36)
      .notNullable()
      .references('attempts.id')
      .onDelete('CASCADE');
    table.string('name').notNullable();
    table.text('path').notNullable();
    table.string('digest', 71).notNullable().index();
    table.bigInteger('size').notNullable();
    table.string('created_at', 24).notNullable();
    table.unique(['attempt_id', 'name']);
    table.index(['run_id']);
  });

  await knex.schema.createTable('reports', table => {
    table.comment('Reports that were read and found right');
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
    table.string('kind', 16).notNullable();
    table.text('path').notNullable();
    table
      .string('digest', 71)
      .notNullable()
      .comment('Artifact with the file itself')
      .index();
    table.text('summary').notNullable().comment('JSON, by kind');
    table.unique(['attempt_id', 'kind']);
    table.index(['run_id']);
  });

  await knex.schema.createTable('test_cases', table => {
    table
      .string('attempt_id', 36)
      .notNullable()
      .references('attempts.id')
      .onDelete('CASCADE');
    table.integer('position').notNullable();
    table.text('suite').notNullable();
    table.text('classname');
    table.text('name').notNullable();
    table.string('status', 16).notNullable();
    table
      .integer('list_order')
      .notNullable()
      .comment('0 for what went wrong, 1 for the rest: lists begin with 0');
    table.double('duration').comment('Seconds');
    table.text('message');
    table.text('details');
    table.primary(['attempt_id', 'position']);
    table.index(['attempt_id', 'list_order', 'position'], 'test_cases_list');
    table.check(
      `status in ('passed','failed','errored','skipped')`,
      undefined,
      'test_cases_status',
    );
  });

  await knex.schema.createTable('model_versions', table => {
    table.comment('What a successful run of the default branch registers');
    table.string('pipeline_ref').notNullable();
    table.integer('version').notNullable();
    table.string('run_id', 36).notNullable().unique().references('runs.id');
    table.string('created_by').notNullable();
    table.string('created_at', 24).notNullable();
    table.primary(['pipeline_ref', 'version']);
  });

  await knex.schema.createTable('aliases', table => {
    table.comment('Names that point at versions');
    table.string('pipeline_ref').notNullable();
    table.string('alias', 64).notNullable();
    table.integer('version').notNullable();
    table.string('moved_by').notNullable();
    table.string('moved_at', 24).notNullable();
    table.primary(['pipeline_ref', 'alias']);
    table
      .foreign(['pipeline_ref', 'version'])
      .references(['pipeline_ref', 'version'])
      .inTable('model_versions');
  });

  await knex.schema.createTable('evaluations', table => {
    table.comment('One metric of one run on one data set in one environment');
    table.bigIncrements('id');
    table.string('pipeline_ref').notNullable();
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
    table.string('metric').notNullable();
    table
      .string('dataset')
      .notNullable()
      .defaultTo('')
      .comment('Empty when the report names none');
    table.string('dataset_digest', 71);
    table
      .string('environment')
      .notNullable()
      .defaultTo('')
      .comment('Empty for the run itself');
    table.string('slice').notNullable().defaultTo('');
    table.double('value').notNullable();
    table.double('stderr');
    table.bigInteger('n');
    table.string('unit', 64);
    table.boolean('higher_is_better');
    table.string('created_at', 24).notNullable();
    table.unique(['attempt_id', 'metric', 'dataset', 'environment', 'slice']);
    // Serves both "which metrics are there" and "the newest points of this one"; the equalities come first.
    table.index(
      [
        'pipeline_ref',
        'environment',
        'slice',
        'metric',
        'dataset',
        'created_at',
        'id',
      ],
      'evaluations_history',
    );
    table.index(['run_id']);
  });

  await knex.schema.createTable('gate_results', table => {
    table
      .string('attempt_id', 36)
      .notNullable()
      .references('attempts.id')
      .onDelete('CASCADE');
    table.integer('position').notNullable();
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
    table.text('message').notNullable();
    table.primary(['attempt_id', 'position']);
    table.index(['run_id']);
    table.check(
      `verdict in ('pass','fail','inconclusive')`,
      undefined,
      'gate_results_verdict',
    );
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const table of [
    'gate_results',
    'evaluations',
    'aliases',
    'model_versions',
    'test_cases',
    'reports',
    'artifacts',
  ]) {
    await knex.schema.dropTable(table);
  }
};
