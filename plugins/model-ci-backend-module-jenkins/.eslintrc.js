module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: { '@backstage/no-mixed-plugin-imports': 'error' },
  overrides: [
    {
      // Suites and groups of tests that test files call
      files: ['src/testing/**'],
      rules: {
        'jest/no-export': 'off',
        'jest/valid-title': 'off',
        'jest/valid-describe-callback': 'off',
        'jest/no-disabled-tests': 'off',
        'jest/expect-expect': 'off',
      },
    },
  ],
});
