// @ts-check

/**
 * How names came to point at versions.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('alias_changes', table => {
    table.comment('Each move of an alias; rows are never changed');
    table.bigIncrements('id');
    table.string('pipeline_ref').notNullable();
    table.string('alias', 64).notNullable();
    table.integer('from_version').comment('Null where the name was new');
    table.integer('to_version').comment('Null where the name was removed');
    table.string('changed_by').notNullable();
    table.text('reason').comment('A reason with its code, or in words');
    table.string('run_id', 36).comment('The run that promoted its version');
    table.string('at', 24).notNullable();
    table.index(['pipeline_ref', 'id'], 'alias_changes_list');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('alias_changes');
};
