// @ts-check

/**
 * The pull and merge requests that runs are of.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('pull_requests', table => {
    table.comment('Where pull and merge requests of code hosts stand');
    table.text('repository').notNullable().comment('URL in lower case');
    table.bigInteger('number').notNullable();
    table.string('head', 64).notNullable().comment('Its newest commit');
    table.boolean('is_open').notNullable();
    table
      .string('updated_at', 24)
      .notNullable()
      .comment('When its host last changed it: what comes late is older');
    table.primary(['repository', 'number']);
  });
  await knex.schema.alterTable('runs', table => {
    table.text('pull_request').comment('JSON of the request that it is of');
    table.bigInteger('pull_request_number');
    table.index(
      ['pipeline_ref', 'pull_request_number'],
      'runs_of_pull_request',
    );
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('runs', table => {
    table.dropIndex(
      ['pipeline_ref', 'pull_request_number'],
      'runs_of_pull_request',
    );
  });
  // Otherwise SQLite would make the table anew, and lose with the old one all that refers to it.
  await knex.raw('alter table runs drop column pull_request_number');
  await knex.raw('alter table runs drop column pull_request');
  await knex.schema.dropTable('pull_requests');
};
