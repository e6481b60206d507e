// @ts-check

const KEY = 'stages_key';

/**
 * Several executions of one stage: a row for each beside the row of the stage, which is concluded when all have ended.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('stages', table => {
    table.dropUnique(['run_id', 'name']);
    table
      .text('conclusion')
      .comment('JSON of what was found out once all instances had ended');
    table
      .boolean('selected')
      .comment(
        'Whether this instance goes on; null where none was to be selected',
      );
  });
  await knex.raw(
    `create unique index ${KEY} on stages (run_id, name, coalesce(instance, ''))`,
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw(`drop index ${KEY}`);
  await knex('stages').whereNotNull('instance').delete();
  // The schema builder would make the table of SQLite anew, and so delete all that refers to it.
  await knex.raw('alter table stages drop column conclusion');
  await knex.raw('alter table stages drop column selected');
  await knex.schema.alterTable('stages', table => {
    table.unique(['run_id', 'name']);
  });
};
