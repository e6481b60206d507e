// @ts-check

/**
 * Which ends somebody was told of, so that a notification that could not be sent is sent later. What ended before
 * is taken as told.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('failure_notices', table => {
    table.comment('Ends of runs and deployments that their starters know of');
    table.string('subject_id', 36).notNullable();
    table
      .string('ended_at', 24)
      .notNullable()
      .comment('A run that was retried ends once more');
    table.string('told_at', 24).notNullable();
    table.primary(['subject_id', 'ended_at']);
  });
  await knex.raw(
    `insert into failure_notices (subject_id, ended_at, told_at)
     select id, finished_at, finished_at from runs where status in ('failed', 'errored')`,
  );
  await knex.raw(
    `insert into failure_notices (subject_id, ended_at, told_at)
     select id, finished_at, finished_at from deployments where status = 'failed' and finished_at is not null`,
  );
  await knex.schema.alterTable('runs', table => {
    table.index(['finished_at'], 'runs_failed', {
      predicate: knex('runs').whereRaw(`status in ('failed', 'errored')`),
    });
  });
  await knex.schema.alterTable('deployments', table => {
    table.index(['finished_at'], 'deployments_failed', {
      predicate: knex('deployments').whereRaw(`status = 'failed'`),
    });
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('deployments', table => {
    table.dropIndex(['finished_at'], 'deployments_failed');
  });
  await knex.schema.alterTable('runs', table => {
    table.dropIndex(['finished_at'], 'runs_failed');
  });
  await knex.schema.dropTable('failure_notices');
};
