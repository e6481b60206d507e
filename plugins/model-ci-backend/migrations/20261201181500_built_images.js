// @ts-check

/**
 * The images that stages build, and that services run.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('attempts', table => {
    table
      .text('built_image')
      .comment('JSON of the image that it has built; null where it has none');
  });
  await knex.schema.alterTable('deployments', table => {
    table
      .text('image')
      .comment('JSON of the built image that its service runs, by digest');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  // Otherwise SQLite would make the tables anew, and lose with the old ones all that refers to them.
  await knex.raw('alter table deployments drop column image');
  await knex.raw('alter table attempts drop column built_image');
};
