// @ts-check

/**
 * What code hosts announced, and what became of it for each pipeline of the repository.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('deliveries', table => {
    table.comment('Announcements of code hosts; the oldest are removed');
    table.string('id', 36).primary().comment('Ordered by time');
    table.string('provider', 32).notNullable();
    table
      .string('delivery_key', 200)
      .notNullable()
      .comment("The host's own id of the announcement");
    table
      .string('digest', 64)
      .comment('SHA-256 of the payload; null where it comes from this portal');
    table.text('repository').notNullable().comment('URL in lower case');
    table
      .text('change')
      .notNullable()
      .comment('JSON of what was announced, in the words of every host');
    table.string('event', 64).notNullable();
    table.text('ref').comment('Branch or tag');
    table.string('before_commit', 64);
    table.string('commit', 64);
    table.string('received_at', 24).notNullable();
    table
      .integer('repeats')
      .notNullable()
      .defaultTo(0)
      .comment('How often it came again');
    table
      .string('state', 16)
      .notNullable()
      .comment('pending until all that follows from it is recorded, then done');
    table.integer('attempts').notNullable().defaultTo(0);
    table.string('next_try_at', 24).notNullable();
    table.unique(['provider', 'delivery_key'], {
      indexName: 'deliveries_key',
    });
    table.index(['repository', 'id'], 'deliveries_repository');
    table.index(['state', 'next_try_at'], 'deliveries_due');
  });
  await knex.schema.createTable('delivery_outcomes', table => {
    table.comment('What an announcement led to, for each pipeline');
    table
      .string('delivery_id', 36)
      .notNullable()
      .references('id')
      .inTable('deliveries')
      .onDelete('CASCADE');
    table.string('pipeline_ref').notNullable();
    table.string('run_id', 36).comment('The run that it started');
    table.text('reason').comment('Why it started none, or what it waits for');
    table.primary(['delivery_id', 'pipeline_ref']);
    table.index(['pipeline_ref', 'delivery_id'], 'delivery_outcomes_pipeline');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('delivery_outcomes');
  await knex.schema.dropTable('deliveries');
};
