module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: {
    // They print their figures, and measure what packages do not export.
    'no-console': 'off',
    '@backstage/no-relative-monorepo-imports': 'off',
    '@backstage/no-mixed-plugin-imports': 'off',
  },
});
