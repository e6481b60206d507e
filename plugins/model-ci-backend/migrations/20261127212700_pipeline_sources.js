// @ts-check

/**
 * Binds what is kept of a pipeline to the source that it came from, and notes what a run read its source as.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('pipelines', table => {
    table
      .text('source_identity')
      .comment('Repository and folder of the source, whatever its branch');
    table.text('source_problem').comment('Why there is no source to run');
    table
      .text('entity_url')
      .comment('URL of the file that holds the entity, at the default branch');
    table.string('entity_uid').comment('As the catalog last gave it');
    table
      .text('claim')
      .comment(
        'JSON of an entity of this name from another source, which was not given the history',
      );
    table.string('claim_seen_at', 24);
  });
  await knex.schema.createTable('pipeline_takeovers', table => {
    table.comment('Who gave the history of a pipeline to another source');
    table.string('id', 36).primary();
    table.string('pipeline_ref').notNullable().index();
    table.text('from_source');
    table.text('to_source');
    table.string('taken_by').notNullable();
    table.text('reason').notNullable();
    table.string('at', 24).notNullable();
  });
  await knex.schema.alterTable('runs', table => {
    table
      .string('source_tree', 64)
      .comment("Git's name of the commit's tree, where the host tells it");
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('runs', table => {
    table.dropColumn('source_tree');
  });
  await knex.schema.dropTable('pipeline_takeovers');
  await knex.schema.alterTable('pipelines', table => {
    table.dropColumns(
      'source_identity',
      'source_problem',
      'entity_url',
      'entity_uid',
      'claim',
      'claim_seen_at',
    );
  });
};
