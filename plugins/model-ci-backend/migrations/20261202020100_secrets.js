// @ts-check

/**
 * Secrets of stages and services, encrypted; what each attempt and service was given of them, encrypted too; and how far
 * the log of an attempt is read whose stored bytes are masked.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('secrets', table => {
    table.comment('Named values that stages and services may use');
    table.text('id').primary();
    table.text('scope').notNullable().comment('pipeline, owner or environment');
    table
      .text('subject')
      .notNullable()
      .comment('Ref of the pipeline or of the owner');
    table
      .text('environment')
      .notNullable()
      .comment('Of deployments; empty in the other scopes');
    table.text('name').notNullable().comment('Of the environment variable');
    table
      .text('vault')
      .comment('Name of the vault that has the value; null where it is here');
    table.text('key_id').comment('Which key encrypted the value');
    table.text('sealed').comment('The encrypted value; null for a vault');
    table.text('created_at').notNullable();
    table.text('updated_at').notNullable();
    table.text('updated_by').notNullable();
    table.unique(['scope', 'subject', 'environment', 'name']);
    table.index(['key_id']);
  });
  await knex.schema.createTable('secret_pipelines', table => {
    table.comment('Which pipelines may use a secret');
    table
      .text('secret_id')
      .notNullable()
      .references('id')
      .inTable('secrets')
      .onDelete('CASCADE');
    table.text('pipeline_ref').notNullable();
    table
      .text('source')
      .notNullable()
      .comment('The source that the pipeline had: no other one gets it');
    table.primary(['secret_id', 'pipeline_ref']);
    table.index(['pipeline_ref']);
  });
  await knex.schema.createTable('given_secrets', table => {
    table.comment('What attempts and services that may still run were given');
    table.text('holder_id').notNullable().comment('Attempt or service');
    table.text('name').notNullable();
    table.text('key_id').notNullable();
    table.text('sealed').notNullable();
    table.text('given_at').notNullable();
    table.primary(['holder_id', 'name']);
    table.index(['key_id']);
  });
  await knex.schema.alterTable('attempts', table => {
    table
      .bigInteger('log_source')
      .comment(
        'Bytes of the log as it was written that are stored, where those stored are masked; null where they are not',
      );
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  // Otherwise SQLite would make the table anew, and lose with the old one all that refers to it.
  await knex.raw('alter table attempts drop column log_source');
  await knex.schema.dropTable('given_secrets');
  await knex.schema.dropTable('secret_pipelines');
  await knex.schema.dropTable('secrets');
};
