// @ts-check

/**
 * Transfers of attempts whose engines fetch and upload for themselves: public keys that every replica verifies signed
 * URLs with, and what was uploaded.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('transfer_keys', table => {
    table.string('id', 36).primary();
    table
      .text('public_key')
      .notNullable()
      .comment('JWK; its private half never leaves the process that signs');
    table
      .string('expires_at', 24)
      .notNullable()
      .index()
      .comment('When nothing that it signed can hold any more');
  });
  await knex.schema.createTable('attempt_uploads', table => {
    table
      .string('attempt_id', 36)
      .notNullable()
      .references('attempts.id')
      .onDelete('CASCADE');
    table
      .string('path_hash', 64)
      .notNullable()
      .comment('SHA-256 of the path, which may be too long for an index');
    table.text('path').notNullable();
    table.string('digest', 71).comment('Null where it was refused');
    table.bigInteger('size');
    table
      .text('written')
      .comment('JSON: which of its files the attempt wrote, not only got');
    table.text('refusal').comment('Why the stage is to blame for it');
    table.string('created_at', 24).notNullable();
    table.primary(['attempt_id', 'path_hash']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('attempt_uploads');
  await knex.schema.dropTable('transfer_keys');
};
