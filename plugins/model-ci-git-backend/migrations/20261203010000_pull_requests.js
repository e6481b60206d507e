// @ts-check

/**
 * Requests to merge one branch of a repository into another.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('pull_requests', table => {
    table.comment('Requests to merge one branch into another');
    table
      .string('repository', 100)
      .notNullable()
      .references('name')
      .inTable('repositories')
      .onDelete('CASCADE');
    table.integer('number').notNullable().comment('Within its repository');
    table.text('title').notNullable();
    table.text('description');
    table.string('source_branch').notNullable();
    table.string('target_branch').notNullable();
    table.string('state', 16).notNullable().comment('open, merged or closed');
    table
      .string('head', 64)
      .notNullable()
      .comment('Where the source branch was last seen');
    table
      .string('target_head', 64)
      .notNullable()
      .comment('Where the target branch was last seen before it was merged');
    table.string('created_by').notNullable();
    table.string('created_at', 24).notNullable();
    table.string('updated_at', 24).notNullable();
    table.string('closed_by');
    table.string('closed_at', 24);
    table.string('merge_commit', 64);
    table.text('comment').comment('Markdown of Model CI about its runs');
    table.string('comment_at', 24);
    table.primary(['repository', 'number']);
  });
  await knex.raw(
    "create unique index pull_requests_open on pull_requests (repository, source_branch, target_branch) where state = 'open'",
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  // What is owed about requests has no reader any more.
  await knex('push_events').where('move', 'like', '{"request":%').delete();
  await knex.schema.dropTable('pull_requests');
};
