// @ts-check

/**
 * Which stages have compared their environments, so that nobody searches all conclusions of a pipeline for it.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('stages', table => {
    table
      .boolean('has_parity')
      .comment('true where the conclusion has parity, null elsewhere');
  });
  await knex('stages')
    .where('conclusion', 'like', '%"parity":%')
    .update({ has_parity: true });
  await knex.raw(
    'create index stages_parity on stages (run_id) where has_parity is not null',
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index stages_parity');
  // The schema builder would make the table of SQLite anew, and so delete all that refers to it.
  await knex.raw('alter table stages drop column has_parity');
};
