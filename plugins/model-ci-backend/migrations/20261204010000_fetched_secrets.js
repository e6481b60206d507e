// @ts-check

/**
 * Who has fetched the secrets of an attempt that its engine does not hand over.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('given_secrets', table => {
    table
      .string('fetched_by', 64)
      .comment('Digest of the name of who has fetched it; null for nobody');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('alter table given_secrets drop column fetched_by');
};
