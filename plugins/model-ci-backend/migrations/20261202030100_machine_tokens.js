// @ts-check

/**
 * Tokens by which machines, such as another CI, report to pipelines.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('machine_tokens', table => {
    table.comment('Acts as who made it, for some pipelines and actions only');
    table.string('id', 36).primary();
    table
      .string('public_id', 16)
      .notNullable()
      .comment('The part of the token that finds its row');
    table.string('hash', 64).notNullable().comment('SHA-256 of the token');
    table.string('name').notNullable();
    table.string('actions').notNullable().comment('Separated by commas');
    table.string('created_by').notNullable();
    table.string('created_at', 24).notNullable();
    table.string('expires_at', 24).notNullable();
    table.string('last_used_at', 24);
    table.unique(['public_id']);
  });
  await knex.schema.createTable('machine_token_pipelines', table => {
    table.comment('The pipelines that a token is good for');
    table
      .string('token_id', 36)
      .notNullable()
      .references('machine_tokens.id')
      .onDelete('CASCADE');
    table.string('pipeline_ref').notNullable();
    table.primary(['token_id', 'pipeline_ref']);
    table.index(['pipeline_ref']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('machine_token_pipelines');
  await knex.schema.dropTable('machine_tokens');
};
