// @ts-check

/**
 * Keeps when the bytes of a log came: with each chunk, and, once the chunks are gone, with the attempt.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('log_chunks', table => {
    table.string('stored_at', 24).comment('Null for chunks of before');
    // Read without the bytes, which may be many.
    table.index(['attempt_id', 'stored_at', 'start'], 'log_chunks_times');
  });
  await knex.schema.alterTable('attempts', table => {
    table
      .text('log_times')
      .comment('JSON of [offset, time] pairs, once the log was compacted');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('attempts', table => {
    table.dropColumn('log_times');
  });
  await knex.schema.alterTable('log_chunks', table => {
    table.dropIndex(['attempt_id', 'stored_at', 'start'], 'log_chunks_times');
    table.dropColumn('stored_at');
  });
};
