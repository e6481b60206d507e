// @ts-check

/**
 * What code hosts were told about the runs of pull requests: one comment for each request.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('comment_statuses', table => {
    table.comment('Whether the comment of its pull request tells of a run');
    table
      .string('run_id', 36)
      .primary()
      .references('id')
      .inTable('runs')
      .onDelete('CASCADE');
    table
      .string('state', 16)
      .comment('What the comment says of the run; null for nothing yet');
    table.integer('attempts').notNullable().defaultTo(0);
    table
      .string('next_try_at', 24)
      .comment('When it is tried again; null where nothing has failed');
    table
      .boolean('is_given_up')
      .notNullable()
      .defaultTo(false)
      .comment('The host has no comments, or refuses this one for good');
    table.text('problem').comment('Why the comment does not tell of the run');
  });
  await knex.schema.createTable('pull_request_comments', table => {
    table.comment('The comment that a pull request has on its code host');
    table.text('repository').notNullable().comment('URL in lower case');
    table.bigInteger('number').notNullable();
    table
      .string('marker', 64)
      .notNullable()
      .comment('Hidden in the comment, by which a lost one is found again');
    table
      .string('comment_id', 64)
      .comment("The host's id; null until its answer is there");
    table.string('digest', 64).comment('SHA-256 of its text');
    table.primary(['repository', 'number']);
  });
  await knex.raw(
    'create index runs_of_request on runs (pull_request_number, created_at) where pull_request_number is not null',
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index runs_of_request');
  await knex.schema.dropTable('pull_request_comments');
  await knex.schema.dropTable('comment_statuses');
};
