// @ts-check

/**
 * Whether the repositories of pipelines are still as the catalog has them.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('source_states', table => {
    table.comment(
      'What was wrong with the source of a pipeline when it was last looked at',
    );
    table
      .string('pipeline_ref', 255)
      .primary()
      .references('ref')
      .inTable('pipelines')
      .onDelete('CASCADE');
    table.text('entity_url').comment('What was looked at');
    table.text('problem').comment('A reason; null where nothing is wrong');
    table.string('since', 24).comment('When this problem was first seen');
    table.text('moved_to').comment('What its host calls the repository now');
    table
      .text('moved_identity')
      .comment('The source identity that this makes of the pipeline');
    table
      .string('checked_at', 24)
      .comment('Null where it is to be looked at again at once');
    table.index(['moved_to'], 'source_states_moved_to');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('source_states');
};
