module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: { '@backstage/no-mixed-plugin-imports': 'error' },
  overrides: [
    {
      // What tests share. Nothing of the package itself imports it, so it may use devDependencies.
      files: ['src/**/testing/**', 'src/database/testDatabase.ts'],
      rules: { '@backstage/no-undeclared-imports': 'off' },
    },
  ],
});
