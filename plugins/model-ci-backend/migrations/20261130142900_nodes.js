// @ts-check

/**
 * What is known of nodes beyond what one replica has of them in memory: when somebody last reached one, and whether an
 * administrator has cordoned or drained it.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('nodes', table => {
    table.comment('Nodes that some replica lists or has listed');
    table.string('name').primary();
    table.string('executor').notNullable();
    table
      .string('scheduling', 16)
      .notNullable()
      .comment('Who decides when an attempt starts: portal or cluster');
    table
      .text('info')
      .notNullable()
      .comment('JSON of its labels and its capacity, as last listed');
    table
      .string('seen_at', 24)
      .notNullable()
      .comment('When a replica last reached it');
    table.string('cordoned_at', 24);
    table.string('cordoned_by');
    table.text('cordon_reason');
    table.string('drained_at', 24).comment('When it was asked to be empty');
    table
      .string('drain_deadline_at', 24)
      .comment('When what still runs is run again elsewhere');
    table.check(
      '(cordoned_at is null) = (cordoned_by is null) and (cordoned_at is null) = (cordon_reason is null)',
      undefined,
      'nodes_cordon_has_author',
    );
    table.check(
      'drained_at is null or cordoned_at is not null',
      undefined,
      'nodes_drained_is_cordoned',
    );
    table.check(
      'drain_deadline_at is null or drained_at is not null',
      undefined,
      'nodes_deadline_is_of_drain',
    );
  });
  await knex.schema.alterTable('attempts', table => {
    table
      .string('evict_requested_at', 24)
      .comment('When its node was to be empty while it still ran');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  // Otherwise SQLite would make the table anew, and lose with the old one all that refers to it.
  await knex.raw('alter table attempts drop column evict_requested_at');
  await knex.schema.dropTable('nodes');
};
