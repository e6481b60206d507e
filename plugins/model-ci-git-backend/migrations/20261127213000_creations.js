// @ts-check

/**
 * A repository is known by the creation that made it, and is served only once its folder is there.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('repositories', table => {
    table
      .string('uid', 36)
      .comment('Of this repository, whatever is called like it later');
    table
      .string('creation_id', 100)
      .comment(
        'Name that the caller gave to the creation, to repeat it safely',
      );
    table
      .string('initial_commit', 64)
      .comment('Commit that the creation made; a repeat answers it');
    table
      .string('ready_at', 24)
      .index()
      .comment('Null while the folder is being made');
  });
  await knex('repositories').update({ ready_at: knex.ref('created_at') });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex('repositories').whereNull('ready_at').delete();
  await knex.schema.alterTable('repositories', table => {
    table.dropIndex(['ready_at']);
    table.dropColumn('ready_at');
    table.dropColumn('initial_commit');
    table.dropColumn('creation_id');
    table.dropColumn('uid');
  });
};
