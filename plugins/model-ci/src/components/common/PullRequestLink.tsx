import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { RunPullRequest } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';

/** A pull or merge request, linked to its code host. */
export function PullRequestLink({
  request,
}: {
  request: Pick<RunPullRequest, 'number' | 'url' | 'title'>;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <Link to={request.url} title={request.title}>
      {t('pullRequest.link', { number: String(request.number) })}
    </Link>
  );
}
