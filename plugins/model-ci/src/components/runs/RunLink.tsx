import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import type { ReactNode } from 'react';
import { runRouteRef } from '../../routes';

/** Link to a run's page; its number where there are no children. */
export function RunLink(props: {
  runId: string;
  number: number;
  children?: ReactNode;
}) {
  const runPath = useRouteRef(runRouteRef);
  return (
    <Link to={runPath({ runId: props.runId })}>
      {props.children ?? `#${props.number}`}
    </Link>
  );
}
