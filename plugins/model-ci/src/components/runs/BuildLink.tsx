import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { ExternalCi } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';

const NAMES: Record<string, string> = {
  jenkins: 'Jenkins',
  travis: 'Travis CI',
  'github-actions': 'GitHub Actions',
  'gitlab-ci': 'GitLab CI',
};

/** The build of another CI that executed a run, with a way to its page where it has one. */
export function BuildLink(props: { ci: ExternalCi }) {
  const { provider, buildId, attempt, url } = props.ci;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const name = NAMES[provider] ?? provider;
  const text =
    attempt === undefined
      ? t('run.buildOf', { ci: name, build: buildId })
      : t('run.buildAttempt', { ci: name, build: buildId, attempt });
  return url === undefined ? <>{text}</> : <Link to={url}>{text}</Link>;
}
