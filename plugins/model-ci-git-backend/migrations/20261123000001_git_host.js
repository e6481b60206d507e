// @ts-check

/**
 * Repositories, tokens, and what was announced of pushes.
 *
 * Times are ISO 8601 text in UTC with milliseconds: they sort and compare alike on SQLite and PostgreSQL.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('repositories', table => {
    table.comment('Repositories of the embedded git host');
    table
      .string('name', 100)
      .primary()
      .comment('Also the name of the bare repository in the folder');
    table.text('description');
    table
      .string('owner_ref')
      .notNullable()
      .index()
      .comment('Entity ref of the group or user that may push');
    table.string('default_branch').notNullable();
    table.string('created_by').notNullable();
    table.string('created_at', 24).notNullable();
  });

  await knex.schema.createTable('tokens', table => {
    table.comment('Passwords for git over HTTP; a revoked token has no row');
    table.string('id', 36).primary();
    table
      .string('user_ref')
      .notNullable()
      .index()
      .comment('Entity ref of the user that the token acts as');
    table.string('name', 100).notNullable();
    table
      .string('hash', 64)
      .notNullable()
      .unique()
      .comment('SHA-256 of the token, in hex');
    table.string('created_at', 24).notNullable();
    table.string('expires_at', 24).notNullable();
    table.string('last_used_at', 24).comment('To the minute');
  });

  await knex.schema.createTable('announced_heads', table => {
    table.comment(
      'Where each branch stood when its last move was written to push_events',
    );
    table
      .string('repository', 100)
      .notNullable()
      .references('name')
      .inTable('repositories')
      .onDelete('CASCADE');
    table.string('branch').notNullable();
    table.string('commit', 64).notNullable();
    table.primary(['repository', 'branch']);
  });

  await knex.schema.createTable('push_events', table => {
    table.comment(
      'Moves of branches that are still to be published; the publisher removes the row afterwards',
    );
    table.increments('position').comment('Order of publication');
    table
      .string('id', 36)
      .notNullable()
      .unique()
      .comment('Id of the delivery, the same however often it is tried');
    table
      .string('repository', 100)
      .notNullable()
      .references('name')
      .inTable('repositories')
      .onDelete('CASCADE');
    table.text('move').notNullable().comment('JSON');
    table.string('created_at', 24).notNullable();
    table.index(['repository', 'position']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('push_events');
  await knex.schema.dropTable('announced_heads');
  await knex.schema.dropTable('tokens');
  await knex.schema.dropTable('repositories');
};
