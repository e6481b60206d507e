import type { ReactNode } from 'react';
import { parseEntityRef } from '@backstage/catalog-model';
import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { versionRouteRef } from '../../routes';
import { modelCiTranslationRef } from '../../translation';

/** Link to a version's page; `Version 7` where there are no children. */
export function VersionLink(props: {
  pipelineRef: string;
  version: number;
  children?: ReactNode;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const versionPath = useRouteRef(versionRouteRef);
  const { namespace, name } = parseEntityRef(props.pipelineRef);
  const version = String(props.version);
  return (
    <Link to={versionPath({ namespace, name, version })}>
      {props.children ?? t('common.version', { version })}
    </Link>
  );
}
