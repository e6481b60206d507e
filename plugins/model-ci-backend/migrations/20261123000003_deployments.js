// @ts-check

/**
 * Deployments, their history, and the endpoints that they answer.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  const statuses = `('queued','starting','serving','superseded','stopped','failed')`;
  const ended = `('superseded','stopped','failed')`;

  await knex.schema.createTable('deployments', table => {
    table.comment('One version put into one environment');
    table.string('id', 36).primary();
    table.string('pipeline_ref').notNullable();
    table.integer('version').notNullable();
    table.string('environment', 64).notNullable();
    table.string('status', 16).notNullable();
    table.string('trigger', 16).notNullable();
    table.string('rollback_of', 36).references('deployments.id');
    table.text('comment');
    table.text('reason');
    table.string('created_by').notNullable();
    table.string('created_at', 24).notNullable();
    table.string('serving_at', 24);
    table.string('finished_at', 24);
    table.string('executor', 16).notNullable();
    table.string('node');
    table
      .string('service_id', 36)
      .comment('Minted for each start of the service');
    table
      .text('handle')
      .comment('JSON by which the executor finds the service again');
    table.text('url').comment('Where the backend reaches the service');
    table.string('health', 16).notNullable();
    table.integer('restarts').notNullable().defaultTo(0);
    table
      .integer('crashes')
      .notNullable()
      .defaultTo(0)
      .comment('In a row; decides the back-off, zero after a while of health');
    table.string('healthy_since', 24);
    table.string('next_restart_at', 24);
    table
      .string('start_deadline_at', 24)
      .comment('When a service that is not healthy yet counts as failed');
    table.double('cpus').notNullable().comment('Reserved on the node');
    table.bigInteger('memory_bytes').notNullable();
    table.integer('gpus').notNullable();
    table.text('last_log').comment('End of the log of a service that ended');
    table
      .string('ticket', 36)
      .comment('Minted for each claim; every write of the holder names it');
    table.string('lease_expires_at', 24);
    table
      .string('stop_handle_done_at', 24)
      .comment('When nothing was left of its service in the executor');
    table
      .foreign(['pipeline_ref', 'version'])
      .references(['pipeline_ref', 'version'])
      .inTable('model_versions');
    table.index(['pipeline_ref', 'environment', 'created_at', 'id']);
    table.index(['status', 'lease_expires_at']);
    table.check(`status in ${statuses}`, undefined, 'deployments_status');
    table.check(
      `(status in ${ended}) = (finished_at is not null)`,
      undefined,
      'deployments_finished',
    );
    table.check(
      `status not in ('serving','superseded') or serving_at is not null`,
      undefined,
      'deployments_served',
    );
    table.check(
      `status not in ('starting','serving') or (node is not null and service_id is not null)`,
      undefined,
      'deployments_placed',
    );
    table.check(
      `(ticket is null) = (lease_expires_at is null)`,
      undefined,
      'deployments_leased',
    );
    table.check(
      `status not in ${ended} or ticket is null`,
      undefined,
      'deployments_released',
    );
  });
  // Of several requests at the same moment one wins; the others see it and act on it.
  await knex.raw(
    `create unique index deployments_pending on deployments (pipeline_ref, environment) where status in ('queued','starting')`,
  );
  await knex.raw(
    `create unique index deployments_serving on deployments (pipeline_ref, environment) where status = 'serving'`,
  );

  await knex.schema.createTable('deployment_changes', table => {
    table.comment(
      'Every change of a deployment, written in the transaction of the change',
    );
    table.bigIncrements('id');
    table
      .string('deployment_id', 36)
      .notNullable()
      .references('deployments.id');
    table.string('from_status', 16);
    table.string('to_status', 16).notNullable();
    table.string('changed_by');
    table.text('reason');
    table.string('at', 24).notNullable();
    table.index(['deployment_id', 'id']);
  });

  await knex.schema.createTable('endpoints', table => {
    table.comment('Which deployment answers for a pipeline in an environment');
    table.string('pipeline_ref').notNullable();
    table.string('environment', 64).notNullable();
    table
      .string('deployment_id', 36)
      .notNullable()
      .references('deployments.id');
    table.primary(['pipeline_ref', 'environment']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const table of ['endpoints', 'deployment_changes', 'deployments']) {
    await knex.schema.dropTable(table);
  }
};
