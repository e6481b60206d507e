// @ts-check

/**
 * Pipelines, runs, stages, attempts, their history and their logs.
 *
 * Times are ISO 8601 text in UTC with milliseconds: they sort and compare alike on SQLite and PostgreSQL.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  const statuses = `('queued','running','succeeded','failed','errored','cancelled','skipped')`;
  const ended = `('succeeded','failed','errored','cancelled','skipped')`;

  await knex.schema.createTable('pipelines', table => {
    table.comment(
      'What the catalog knows of each ModelPipeline, for lists and filters',
    );
    table.string('ref').primary().comment('Entity ref');
    table.string('title').notNullable();
    table.text('description');
    table.string('type').notNullable();
    table.string('lifecycle').notNullable();
    table.string('owner_ref').notNullable().index();
    table.string('model_ref').notNullable();
    table
      .text('source_url')
      .comment('URL of the folder that holds the entity, ending in /');
    table
      .text('definition')
      .comment('JSON of the default branch, as the catalog has it');
    table.string('synced_at', 24).notNullable();
    table
      .string('removed_at', 24)
      .comment('Set while the catalog has no such entity');
  });

  await knex.schema.createTable('runs', table => {
    table.comment('One execution of a pipeline at one commit');
    table.string('id', 36).primary();
    table.string('pipeline_ref').notNullable();
    table
      .integer('number')
      .notNullable()
      .comment('Counts up from 1 within the pipeline');
    table.string('status', 16).notNullable();
    table.string('trigger', 16).notNullable();
    table.string('branch');
    table
      .string('requested_ref')
      .comment('Branch, tag or commit that was asked for');
    table.string('commit', 64);
    table.text('commit_message');
    table
      .text('source_url')
      .notNullable()
      .comment('Folder of the entity at the default branch, ending in /');
    table.string('source_digest', 71).comment('Artifact with the source tree');
    table
      .text('definition')
      .comment('JSON, once the source was read and found right');
    table.text('mistakes').comment('JSON list of mistakes in the definition');
    table.text('datasets').comment('JSON list of resolved data sets');
    table.string('created_by').notNullable();
    table
      .string('idempotency_key')
      .comment('A second request with the same key is the same run');
    table.text('reason');
    table.string('created_at', 24).notNullable();
    table.string('started_at', 24);
    table.string('finished_at', 24);
    table.string('cancel_requested_at', 24);
    table.string('cancel_requested_by');
    table
      .string('ticket', 36)
      .comment('Claim of the replica that prepares the run');
    table.string('holder').comment('Replica that holds the ticket');
    table.string('lease_expires_at', 24);
    table
      .integer('prepare_failures')
      .notNullable()
      .defaultTo(0)
      .comment('How often the source could not be read');
    table
      .string('prepare_after', 24)
      .comment('When reading the source is tried again');
    table
      .string('announced_at', 24)
      .comment('When those who wait for a success had been told');
    table.unique(['pipeline_ref', 'number']);
    table.unique(['pipeline_ref', 'idempotency_key']);
    table.index(['pipeline_ref', 'created_at', 'id']);
    table.index(['created_at', 'id']);
    table.index(['status', 'created_at', 'id']);
    table.index(['finished_at'], 'runs_unannounced', {
      predicate: knex('runs')
        .whereRaw(`status = 'succeeded'`)
        .whereNull('announced_at'),
    });
    table.check(`status in ${statuses}`, undefined, 'runs_status');
    table.check(
      `(status in ${ended}) = (finished_at is not null)`,
      undefined,
      'runs_finished',
    );
    table.check(
      `status not in ('running','succeeded') or started_at is not null`,
      undefined,
      'runs_started',
    );
  });

  await knex.schema.createTable('stages', table => {
    table.comment('One vertex of the graph of a run');
    table.string('id', 36).primary();
    table
      .string('run_id', 36)
      .notNullable()
      .references('runs.id')
      .onDelete('CASCADE');
    table.string('name').notNullable();
    table.integer('position').notNullable();
    table.string('status', 16).notNullable();
    table.text('reason');
    table.string('started_at', 24);
    table.string('finished_at', 24);
    table.unique(['run_id', 'name']);
    table.check(`status in ${statuses}`, undefined, 'stages_status');
    table.check(
      `(status in ${ended}) = (finished_at is not null)`,
      undefined,
      'stages_finished',
    );
  });

  await knex.schema.createTable('attempts', table => {
    table.comment('One execution of a stage, held under one lease');
    table.string('id', 36).primary();
    table
      .string('stage_id', 36)
      .notNullable()
      .references('stages.id')
      .onDelete('CASCADE');
    table
      .string('run_id', 36)
      .notNullable()
      .references('runs.id')
      .onDelete('CASCADE');
    table.integer('number').notNullable();
    table
      .integer('platform_retries')
      .notNullable()
      .defaultTo(0)
      .comment('How many lost attempts this one makes good');
    table.string('status', 16).notNullable();
    table.string('executor', 16).notNullable();
    table.string('node').comment('Chosen when the attempt is claimed');
    table.text('node_selector').notNullable().comment('JSON object of labels');
    table.double('cpus').notNullable();
    table.bigInteger('memory_bytes').notNullable();
    table.integer('gpus').notNullable();
    table.integer('timeout_seconds').notNullable();
    table
      .string('ticket', 36)
      .comment('Minted for each claim; every write of the holder names it');
    table.string('holder').comment('Replica that holds the ticket');
    table.string('lease_expires_at', 24);
    table.text('handle').comment('JSON by which the executor finds it again');
    table.text('outcome').comment('JSON, once the executor answered');
    table.integer('exit_code');
    table.text('reason');
    table.string('cancel_requested_at', 24);
    table.bigInteger('log_size').notNullable().defaultTo(0);
    table
      .string('log_digest', 71)
      .comment('Artifact with the whole log, once it was compacted');
    table.string('created_at', 24).notNullable();
    table.string('started_at', 24);
    table.string('deadline_at', 24);
    table.string('finished_at', 24);
    table
      .string('cleaned_at', 24)
      .comment('When nothing was left of it in the executor');
    table.unique(['stage_id', 'number']);
    table.index(['run_id']);
    table.index(['status', 'created_at', 'id']);
    table.index(['status', 'lease_expires_at']);
    table.index(['finished_at'], 'attempts_uncleaned', {
      predicate: knex('attempts')
        .whereNotNull('finished_at')
        .whereNull('cleaned_at'),
    });
    table.check(`status in ${statuses}`, undefined, 'attempts_status');
    table.check(
      `(status in ${ended}) = (finished_at is not null)`,
      undefined,
      'attempts_finished',
    );
    table.check(
      `status <> 'running' or (ticket is not null and lease_expires_at is not null and started_at is not null and node is not null)`,
      undefined,
      'attempts_claimed',
    );
    table.check(
      `status not in ${ended} or ticket is null`,
      undefined,
      'attempts_released',
    );
  });

  await knex.schema.createTable('state_changes', table => {
    table.comment(
      'Every change of a status, written in the transaction of the change',
    );
    table.bigIncrements('id');
    table
      .string('run_id', 36)
      .notNullable()
      .references('runs.id')
      .onDelete('CASCADE');
    table.string('stage_id', 36);
    table.string('attempt_id', 36);
    table.string('from_status', 16);
    table.string('to_status', 16).notNullable();
    table.string('changed_by').comment('Entity ref; null for the platform');
    table.text('reason');
    table.string('at', 24).notNullable();
    table.index(['run_id', 'id']);
  });

  await knex.schema.createTable('log_chunks', table => {
    table.comment(
      'The log of an attempt until it is compacted into an artifact',
    );
    table
      .string('attempt_id', 36)
      .notNullable()
      .references('attempts.id')
      .onDelete('CASCADE');
    table
      .bigInteger('start')
      .notNullable()
      .comment('Byte offset of the first byte');
    table.integer('size').notNullable();
    table.binary('data').notNullable();
    table.primary(['attempt_id', 'start']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const table of [
    'log_chunks',
    'state_changes',
    'attempts',
    'stages',
    'runs',
    'pipelines',
  ]) {
    await knex.schema.dropTable(table);
  }
};
