module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: { '@backstage/no-mixed-plugin-imports': 'error' },
  overrides: [
    {
      // The portals that are attacked, or have several users, are backends of their own.
      files: ['src/hostile/**', 'src/people/**'],
      rules: { '@backstage/no-mixed-plugin-imports': 'off' },
    },
  ],
});
