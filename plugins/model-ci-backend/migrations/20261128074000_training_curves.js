// @ts-check

/**
 * The curves of training, as far as they were written: they come while an attempt runs and are replaced by those of its
 * reports when it ends.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('training_curves', table => {
    table.comment('One metric over the steps of one attempt, from one file');
    table
      .string('run_id', 36)
      .notNullable()
      .references('runs.id')
      .onDelete('CASCADE');
    table
      .string('attempt_id', 36)
      .notNullable()
      .references('attempts.id')
      .onDelete('CASCADE');
    table
      .integer('position')
      .notNullable()
      .comment('Among the curves of the attempt');
    table.text('path').notNullable();
    table.string('metric').notNullable();
    table.bigInteger('count').notNullable().comment('Values, gaps included');
    table.bigInteger('gaps').notNullable();
    table.double('last_step').notNullable();
    table.double('last_value').comment('Null for a gap');
    table
      .text('points')
      .notNullable()
      .comment('JSON of the points that shape the curve, in columns');
    table.primary(['attempt_id', 'position']);
    table.index(['run_id']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('training_curves');
};
