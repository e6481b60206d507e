// @ts-check

/**
 * Services that their hosts keep alive by themselves, in several replicas; and what lets their engines fetch workspaces
 * for as long as they are wanted.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('deployments', table => {
    table
      .integer('replicas_ready')
      .comment('As last seen; null where the host does not count');
    table.integer('replicas_wanted');
    table
      .integer('seen_restarts')
      .notNullable()
      .defaultTo(0)
      .comment('Of restarts: what the host counts for those that are there');
  });
  await knex.schema.createTable('service_downloads', table => {
    table.comment('Who has the token may fetch, until the service is stopped');
    table.string('token_hash', 64).primary();
    table
      .string('deployment_id', 36)
      .notNullable()
      .references('deployments.id')
      .onDelete('CASCADE')
      .index();
    table.string('service_id', 36).notNullable();
    table.string('digest', 71).notNullable();
    table.string('created_at', 24).notNullable();
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('service_downloads');
  for (const name of ['replicas_ready', 'replicas_wanted', 'seen_restarts']) {
    // Otherwise SQLite would make the table anew, and lose with the old one all that refers to it.
    await knex.raw('alter table deployments drop column ??', [name]);
  }
};
