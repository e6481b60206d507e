// @ts-check

/**
 * What somebody was told of because no node can ever take it, so that replicas and restarts do not tell it again.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('placement_notices', table => {
    table.comment('What no known node is large enough for, and who was told');
    table
      .string('attempt_id', 36)
      .unique()
      .references('attempts.id')
      .onDelete('CASCADE');
    table
      .string('deployment_id', 36)
      .unique()
      .references('deployments.id')
      .onDelete('CASCADE');
    table.string('told_at', 24).notNullable();
    table.check(
      '(attempt_id is null) <> (deployment_id is null)',
      undefined,
      'placement_notices_subject',
    );
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('placement_notices');
};
