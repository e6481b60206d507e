// @ts-check

/**
 * How much a repository takes, for the quotas of its owner.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('repositories', table => {
    table
      .bigInteger('git_bytes')
      .notNullable()
      .defaultTo(0)
      .comment('Objects of git, measured after each push');
    table
      .bigInteger('lfs_bytes')
      .notNullable()
      .defaultTo(0)
      .comment('Objects of Git LFS');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('repositories', table => {
    table.dropColumn('lfs_bytes');
    table.dropColumn('git_bytes');
  });
};
