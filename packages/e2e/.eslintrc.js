module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: { '@backstage/no-mixed-plugin-imports': 'error' },
  overrides: [
    {
      // The portal that is attacked is a backend of its own.
      files: ['src/hostile/**'],
      rules: { '@backstage/no-mixed-plugin-imports': 'off' },
    },
  ],
});
